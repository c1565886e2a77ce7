import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineMacro, inUnits } from 'servus'
import { createTestHost, type TestHost } from 'servus/testing'

/** A macro that shows what it got, so that a page can be looked at. */
const shows = (args: string, more = '') =>
  `import { z } from 'zod'
import { defineMacro, inUnits } from 'servus'
export default defineMacro({
  description: 'Shows what it was given.',
  args: ${args},
  dependencies: [],${more}
  execute: (macro, args) => macro.formatter.text('=> ' + JSON.stringify(args)),
})
void inUnits
`

const hello =
  "z.object({ who: z.string().min(2).default('world').describe('Who is greeted.'), times: z.int().min(1).max(9).default(1), loud: z.boolean().default(false) })"

const files = {
  'plugins/macros/Hello.ts': shows(hello),
  'plugins/macros/Hello.wiki': "Like '''this''': ''<<Hello(Ada)>>''\n",
  'plugins/macros/Kinds.ts': shows(`z.object({
    day: z.date().optional(), sort: z.enum(['up', 'down']).default('up'), ratio: z.number().optional(),
    wide: z.string().transform(inUnits(['px', 'em', '%'], 'px')).optional(), every: z.int().meta({ duration: true }).optional(),
    most: z.union([z.int(), z.literal('all')]).optional() })`),
  'plugins/macros/Tags.ts': shows('z.object({ title: z.string(), tags: z.array(z.int()).max(3).default([]) })'),
  'plugins/macros/Open.ts': shows('z.looseObject({ title: z.string() })'),
  'plugins/macros/Range.ts': shows(
    "z.object({ from: z.int(), to: z.int() }).refine(({ from, to }) => from <= to, { error: 'from comes after to', path: ['from'] })",
  ),
  'plugins/macros/Late.ts': shows(
    "z.object({ word: z.string().refine(async (word) => word !== 'late', { error: 'no such word' }) })",
  ),
  'plugins/macros/Standard.ts': shows(`{ '~standard': {
    version: 1, vendor: 'mine', validate: (value) => (value.n > 9 ? { issues: [{ message: 'too many', path: ['n'] }] } : { value }),
    jsonSchema: { input: () => ({ type: 'object', properties: { n: { type: 'integer' }, s: { enum: ['a', 'b'], default: 'a' } }, required: ['n'] }) },
  } }`),
  'plugins/macros/Foreign.ts': shows("{ '~standard': { version: 1, vendor: 'foreign', validate: (value) => ({ value }) } }"),
}

let host: TestHost
beforeAll(async () => {
  host = await createTestHost({ files })
})
afterAll(() => host.close())

/** What a call makes, without the quotes' escapes. */
const made = async (call: string) =>
  (await host.render(call))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/<\/?(p|span)\b[^>]*>/g, '')

describe('arguments declared by zod', () => {
  it.each([
    ['<<Hello>>', { who: 'world', times: 1, loud: false }],
    ['<<Hello()>>', { who: 'world', times: 1, loud: false }],
    ['<<Hello(Ada, 3, yes)>>', { who: 'Ada', times: 3, loud: true }],
    ['<<Hello(loud=true, who="Ada, Countess")>>', { who: 'Ada, Countess', times: 1, loud: true }],
    ['<<Hello(, 2)>>', { who: 'world', times: 2, loud: false }],
    [
      '<<Kinds(2026-11-21, down, .5, 3em, 30m, all)>>',
      { day: '2026-11-21T00:00:00.000Z', sort: 'down', ratio: 0.5, wide: { value: 3, unit: 'em' }, every: 1800, most: 'all' },
    ],
    [
      '<<Kinds(day="2026-11-21 14:05+0100", wide=7, most=12)>>',
      { day: '2026-11-21T13:05:00.000Z', sort: 'up', wide: { value: 7, unit: 'px' }, most: 12 },
    ],
    ['<<Tags(one)>>', { title: 'one', tags: [] }],
    ['<<Tags(one, 1, 2, 3)>>', { title: 'one', tags: [1, 2, 3] }],
    ['<<Tags(one, tags="1, 2")>>', { title: 'one', tags: [1, 2] }],
    ['<<Open(one, colour=red)>>', { title: 'one', colour: 'red' }],
    ['<<Range(1, 2)>>', { from: 1, to: 2 }],
    ['<<Late(word)>>', { word: 'word' }],
  ])('understand %s', async (call, values) => {
    expect(JSON.parse((await made(call)).split('=> ')[1] ?? 'null')).toEqual(values)
  })

  it.each([
    ['<<Hello(times=x)>>', 'Argument "times" must be an integer value, not "x"'],
    ['<<Hello(times=12)>>', 'Argument "times" cannot be "12": Too big'],
    ['<<Hello(A)>>', 'Argument "who" cannot be "A": Too small'],
    ['<<Hello(loud=perhaps)>>', 'Argument "loud" must be a boolean value, not "perhaps"'],
    ['<<Hello(a, 1, no, more)>>', 'Too many arguments'],
    ['<<Hello(colour=red)>>', 'No argument named "colour"'],
    ['<<Kinds(sort=sideways)>>', 'Argument "sort" must be one of "up", "down", not "sideways"'],
    ['<<Kinds(day=2026-13-40)>>', 'Argument "day" must be a date value, not "2026-13-40"'],
    ['<<Kinds(every=soon)>>', 'Argument "every" must be a duration value, not "soon"'],
    ['<<Kinds(wide=3miles)>>', 'Invalid unit in value 3miles (allowed units: px, em, %)'],
    ['<<Tags>>', 'Argument "title" is required'],
    ['<<Tags(a, 1, b)>>', 'Argument "tags" must be an integer value, not "b"'],
    ['<<Range(3, 2)>>', 'Argument "from" cannot be "3": from comes after to'],
    ['<<Late(late)>>', 'Argument "word" cannot be "late": no such word'],
  ])('refuse %s in the place of the macro', async (call, problem) => {
    const text = await made(call)
    expect(text).toContain(`<<${/\w+/.exec(call)}: execution failed [`)
    expect(text).toContain(problem)
  })

  it('say on which page and in which line a call stands that does not fit', async () => {
    const markup = await host.render('First line.\n\nA call: <<Hello(times=often)>>\n', 'Garden/Roses')
    expect(markup).toContain('<span class="anchor" data-place="Garden/Roses, line 3"></span>')
    expect(host.log().find((line) => line['msg'] === 'macro misused' && line['page'] === 'Garden/Roses')).toMatchObject({
      line: 3,
    })
  })

  it('may be declared by any validator that speaks Standard Schema and tells its members', async () => {
    expect(await made('<<Standard(3, b)>>')).toContain('=> {"n":3,"s":"b"}')
    expect(await made('<<Standard(12)>>')).toContain('Argument "n" cannot be "12": too many')
    expect(await made('<<Standard>>')).toContain('Argument "n" is required')
    expect(await made('<<Help(Standard)>>')).toContain('"a" or "b"')
  })

  it('tell who wrote the macro when a validator does not name its members', async () => {
    expect(await host.render('before <<Foreign>> after')).toMatch(/before .*macro-error.* after/s)
    expect(JSON.stringify(host.log())).toContain('a schema of foreign does not tell its members: use zod 4.2')
  })

  it('are shown by <<Help(Name)>> in the language of the reader', async () => {
    expect(await made('<<Help(Hello)>>')).toContain('Shows what it was given.')
    const rows = [...(await made('<<Help(Hello)>>')).matchAll(/<tr>(.*)<\/tr>/g)].map(([, row = '']) =>
      row.replace(/(?:<[^>]*>)+/g, '|'),
    )
    expect(rows.slice(1)).toEqual([
      '|who|a text|world|Who is greeted.|',
      '|times|an integer from 1 to 9|1|',
      '|loud|true or false|false|',
    ])
    expect(await made('<<Help(Kinds)>>')).toMatch(/"up" or "down".*a duration like 30m or 14d.*an integer or "all"/s)
    await host.wiki.store.save('HelpPage', { text: '<<Help(Hello)>>\n', base: 0, author: { userId: '', address: '', host: '' } })
    const german = await host.browser().get('/HelpPage', { headers: { 'accept-language': 'de' } })
    expect(german.text).toContain('eine ganze Zahl von 1 bis 9')
  })

  it('are shown with the text of the file NAME.wiki beside the macro', async () => {
    expect(await made('<<Help(Hello)>>')).toContain('Like <strong>this</strong>: <em>=> {"who":"Ada"')
  })

  it('stand in the list of all macros, with what each of them is called by', async () => {
    const list = await made('<<Help>>')
    for (const call of ['<<Hello(who=world, times=1, loud=false)>>', '<<BR>>', '<<PageList(…)>>', '<<Help(name)>>'])
      expect(list).toContain(call)
    expect(await made('<<Help(Nobody)>>')).toContain('There is no macro "Nobody".')
    expect(await made('<<Help(BR)>>')).toContain('This macro takes no arguments.')
    expect(await made('<<Help(PageList)>>')).toContain('This macro reads the text between its brackets in its own way.')
  })

  it('give what they declare its type, and their facts to whoever asks', () => {
    const macro = defineMacro({
      args: z.object({ who: z.string().default('world'), wide: z.string().transform(inUnits(['px'])) }),
      execute: (_, { who, wide }) => {
        const [text, unit]: [string, string] = [who, wide.unit]
        return text + unit
      },
    })
    expect(macro.argumentFacts?.((text) => text)).toEqual([
      { name: 'who', kind: 'a text', required: false, fallback: 'world', meaning: '' },
      { name: 'wide', kind: 'a text', required: true, fallback: null, meaning: '' },
    ])
  })
})
