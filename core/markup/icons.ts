/** Pictures of the theme: file below `img/`, what stands in their place in text, width and height. */
type Icon = readonly [file: string, alt: string, width: number, height: number]

const SMILEYS: Readonly<Record<string, string>> = {
  'X-(': 'angry', ':D': 'biggrin', '<:(': 'frown', ':o': 'redface', ':(': 'sad', ':)': 'smile', 'B)': 'smile2',
  ':))': 'smile3', ';)': 'smile4', '/!\\': 'alert', '<!>': 'attention', '(!)': 'idea', ':-?': 'tongue', ':\\': 'ohwell',
  '>:>': 'devil', '|)': 'tired', ':-(': 'sad', ':-)': 'smile', 'B-)': 'smile2', ':-))': 'smile3', ';-)': 'smile4',
  '|-)': 'tired', '(./)': 'checkmark', '{OK}': 'thumbs-up', '{X}': 'icon-error', '{i}': 'icon-info',
  '{*}': 'star_on', '{o}': 'star_off',
}
const PRIORITIES: Readonly<Record<string, string>> = { '{1}': 'prio1', '{2}': 'prio2', '{3}': 'prio3' }

const NAMED: Readonly<Record<string, Icon>> = {
  help: ['moin-help.png', '%(page_help_contents)s', 12, 11],
  find: ['moin-search.png', '%(page_find_page)s', 12, 12],
  diff: ['moin-diff.png', 'Diffs', 15, 11],
  info: ['moin-info.png', 'Info', 12, 11],
  edit: ['moin-edit.png', 'Edit', 12, 12],
  unsubscribe: ['moin-unsubscribe.png', 'Unsubscribe', 14, 10],
  subscribe: ['moin-subscribe.png', 'Subscribe', 14, 10],
  raw: ['moin-raw.png', 'Raw', 12, 13],
  xml: ['moin-xml.png', 'XML', 20, 13],
  print: ['moin-print.png', 'Print', 16, 14],
  view: ['moin-show.png', 'View', 12, 13],
  home: ['moin-home.png', 'Home', 13, 12],
  up: ['moin-parent.png', 'Up', 15, 13],
  attach: ['attach.png', '[ATTACH]', 32, 32],
  attachimg: ['attach.png', '[ATTACH]', 32, 32],
  rss: ['moin-rss.png', '[RSS]', 24, 24],
  deleted: ['moin-deleted.png', '[DELETED]', 60, 12],
  updated: ['moin-updated.png', '[UPDATED]', 60, 12],
  renamed: ['moin-renamed.png', '[RENAMED]', 60, 12],
  conflict: ['moin-conflict.png', '[CONFLICT]', 60, 12],
  new: ['moin-new.png', '[NEW]', 31, 12],
  diffrc: ['moin-diff.png', '[DIFF]', 15, 11],
  bottom: ['moin-bottom.png', '[BOTTOM]', 14, 10],
  top: ['moin-top.png', '[TOP]', 14, 10],
  www: ['moin-www.png', '[WWW]', 16, 16],
  mailto: ['moin-email.png', '[MAILTO]', 14, 10],
  news: ['moin-news.png', '[NEWS]', 10, 11],
  telnet: ['moin-telnet.png', '[TELNET]', 10, 11],
  ftp: ['moin-ftp.png', '[FTP]', 11, 11],
  file: ['moin-ftp.png', '[FILE]', 11, 11],
  searchbutton: ['moin-search.png', '[?]', 12, 12],
  interwiki: ['moin-inter.png', '[%(wikitag)s]', 16, 16],
}

/** The picture for a smiley as written, or for an icon's name; null when there is none. */
export function iconFor(name: string): Icon | null {
  if (Object.hasOwn(SMILEYS, name)) return [`${SMILEYS[name]}.png`, name, 16, 16]
  if (Object.hasOwn(PRIORITIES, name)) return [`${PRIORITIES[name]}.png`, name, 15, 13]
  return Object.hasOwn(NAMED, name) ? NAMED[name]! : null
}

/** All smileys in the order of the help page. */
export function smileyNames(): readonly string[] {
  return [...Object.keys(SMILEYS), ...Object.keys(PRIORITIES)]
}
