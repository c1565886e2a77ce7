import { expect, it } from 'vitest'
import { createTestHost } from 'servus/testing'

it('shows a PDF of the wiki in the browser’s reader, and one of another site as a link', async () => {
  const host = await createTestHost({ pages: { Plans: 'x\n' } })
  try {
    await host.wiki.store.attach('Plans', 'beds.pdf', Buffer.from('%PDF-1.4'), { userId: '', address: '', host: '' })
    const own = await host.render('<<EmbedObject(beds.pdf, height=20em)>>', 'Plans')
    const source = '/Plans?action=AttachFile&amp;do=get&amp;target=beds.pdf'
    expect(own).toContain(`<object data="${source}" type="application/pdf" style="width:100%;height:20em;">`)
    expect(own).toContain(`<a class="attachment" href="${source}">beds.pdf</a></object>`)
    const elsewhere = await host.render('<<EmbedObject(https://example.org/beds.pdf)>>')
    expect(elsewhere).toContain('<a class="attachment" href="https://example.org/beds.pdf">')
    expect(elsewhere).not.toContain('<object')
  } finally {
    await host.close()
  }
})
