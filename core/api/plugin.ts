/**
 * The kinds of plugins, by the names of their folders: `plugins/KIND/NAME.ts` in the wiki's own folder, in each of `pluginDirs`,
 * in an npm package named in the configuration, and at last among the built-in ones.
 */
export type PluginKind =
  | 'actions'
  | 'api'
  | 'commands'
  | 'events'
  | 'formatters'
  | 'jobs'
  | 'macros'
  | 'parsers'
  | 'preferences'
  | 'themes'
