import type { JobCall } from 'servus'

/** Every night at four, in the time zone of the wiki. */
export const schedule = '0 4 * * *'

/** Writes on the page PageReport how many pages there are. */
export async function execute({ wiki }: JobCall): Promise<void> {
  const names = await wiki.store.names({ underlay: false })
  await wiki.save('PageReport', `This wiki has ${names.length} pages.\n`, { comment: 'Counted.' })
}
