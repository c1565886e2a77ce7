import type { JobCall } from 'servus'

/** Every night at four, in the time zone of the wiki. */
export const schedule = '0 4 * * *'

export async function execute({ wiki }: JobCall): Promise<void> {
  const names = await wiki.store.names()
  await wiki.save('PageReport', report(names.length), { comment: 'Counted.' })
}

export function report(pages: number): string {
  return `This wiki has ${pages} pages.\n`
}
