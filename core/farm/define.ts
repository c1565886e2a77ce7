import type { FarmSettings, HostSettings, WikiSettings } from '../api/config.ts'

/** The settings of one wiki, `config/wikiconfig.ts`; only what differs from the defaults. */
export type SingleWikiSettings = WikiSettings & HostSettings

/**
 * Names the settings of one wiki: the default export of `config/wikiconfig.ts`.
 *
 * ```ts
 * export default defineWiki({ sitename: 'Garden Wiki', cookieLifetime: [1, 12] })
 * ```
 */
export function defineWiki(settings: SingleWikiSettings): SingleWikiSettings {
  return settings
}

/**
 * Names the wikis of a farm: the default export of `config/farmconfig.ts`, which wins over `wikiconfig.ts`.
 *
 * ```ts
 * export default defineFarm({
 *   common: { cookieDomain: '.example.org', cookieName: 'FARM', sessionDir: 'sessions', userDir: 'users' },
 *   wikis: [['docs', /^https?:\/\/docs\.example\.org\//], ['team', /^https?:\/\/www\.example\.org\/team\//]],
 * })
 * ```
 */
export function defineFarm(settings: FarmSettings): FarmSettings {
  return settings
}
