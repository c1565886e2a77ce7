import type { PageToSave, WikiEvents, WikiTools } from 'servus'

/** Asked before each change; a reason keeps it from being made. */
export function beforeSave({ text }: PageToSave): string | null {
  return text?.includes('casino') ? 'No gambling here.' : null
}

/** Told after each change. */
export function pageChanged({ page, revision }: WikiEvents['pageChanged'], wiki: WikiTools): void {
  wiki.log.info({ page, revision }, 'NAME saw a change')
}
