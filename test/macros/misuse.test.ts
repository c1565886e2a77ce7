import { expect, it } from 'vitest'
import { createTestHost } from 'servus/testing'

it('logs a call that somebody got wrong as news and not as a fault: what was wrong, without a stack', async () => {
  const host = await createTestHost({ pages: { Beds: '<<TableOfContents(deep)>>\n' } })
  try {
    await host.browser().get('/Beds')
    const line = host.log().find(({ msg }) => msg === 'macro misused')
    expect(line).toMatchObject({ level: 30, macro: 'TableOfContents', page: 'Beds', problem: expect.stringContaining('deep') })
    expect(JSON.stringify(line)).not.toContain('    at ')
  } finally {
    await host.close()
  }
})

it('says of a macro that is not there what MoinMoin says: that it cannot be loaded, or that no macro can have such a name', async () => {
  const host = await createTestHost({ files: { 'plugins/macros/Größe.ts': 'export const execute = () => "9 m"\n' } })
  try {
    expect(await host.render('<<NoSuchMacro(x)>>')).toContain(
      'title="Cannot load macro NoSuchMacro">&lt;&lt;NoSuchMacro(x)&gt;&gt;<',
    )
    expect(await host.render('<<Länge(x)>>')).toContain('&lt;&lt;Länge: invalid macro name&gt;&gt;')
    expect(await host.render('<<Größe>>')).toContain('9 m')
  } finally {
    await host.close()
  }
})

it('says which macro is named nearly so', async () => {
  const host = await createTestHost({ files: { 'plugins/macros/Hello.ts': 'export const execute = () => "hello"\n' } })
  try {
    expect(await host.render('<<Helo>>')).toContain('title="Cannot load macro Helo; did you mean Hello?">&lt;&lt;Helo&gt;&gt;<')
    expect(await host.render('<<titleindex>>')).toContain('did you mean TitleIndex?')
    expect(await host.render('<<Bx>>')).toContain('title="Cannot load macro Bx">')
  } finally {
    await host.close()
  }
})
