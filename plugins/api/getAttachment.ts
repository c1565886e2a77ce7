import { buffer } from 'node:stream/consumers'
import { badParameter, defineApiMethod, noSuchAttachment } from 'servus'

/** The bytes of an attached file. A file larger than an upload may be is for the browser's door, which streams it. */
export default defineApiMethod({
  summary: 'The bytes of a file attached to a page.',
  params: { pagename: 'text', attachname: 'text' },
  async execute({ page, params: { pagename, attachname }, wiki }) {
    const { name, url } = await page(pagename)
    const file = await wiki.store.attachment(name, attachname)
    if (file === null) throw noSuchAttachment(attachname, name)
    if (file.size > wiki.config.uploadSizeLimit)
      throw badParameter(
        `This file is too large to be sent in one piece. It is at ${url({ action: 'AttachFile', do: 'get', target: attachname })}`,
      )
    return buffer(file.open())
  },
})
