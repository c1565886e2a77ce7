import { readdirSync } from 'node:fs'
import { describeMacro, type MacroExample } from 'servus/testing'

/** What each macro promises, by examples; a macro without an entry still passes the suite. */
const examples: Readonly<Record<string, readonly MacroExample[]>> = {
  AbandonedPages: [{ args: null, shows: 'recentchanges' }],
  Action: [
    { args: 'print', shows: '<a class="action" href="/TestPage?action=print">print</a>' },
    { args: 'recall, an old one, rev=1', shows: 'href="/TestPage?action=recall&amp;rev=1">an old one</a>' },
    { args: 'raw, words, note=two words', shows: 'href="/TestPage?action=raw&amp;note=two+words"' },
    { args: 'nosuch, words', shows: 'before words after' },
  ],
  AdvancedSearch: [{ args: null, shows: 'name="or_terms"' }],
  Anchor: [{ args: 'two words', shows: 'id="two_words"' }],
  AttachInfo: [{ args: null, hides: 'attachment' }],
  AttachList: [{ args: null, shows: 'No attachments stored for TestPage' }],
  BR: [
    { args: null, shows: 'before <br>' },
    { args: 'x', shows: /BR: execution failed \[Too many arguments\]/ },
  ],
  Date: [
    { args: '2009-01-02T03:04:05', shows: '2009-01-02' },
    { args: '1000000000', shows: '2001-09-09' },
    { args: null, shows: '2026-01-15' },
    { args: 'soon', shows: /Bad timestamp/ },
  ],
  DateTime: [
    { args: '2009-01-02T03:04:05+0200', shows: '2009-01-02 01:04:05' },
    { args: null, shows: '2026-01-15 12:00:00' },
  ],
  EditTemplates: [{ args: null, shows: '<ul></ul>' }],
  EditedSystemPages: [{ args: null, shows: '<ol></ol>' }],
  EmbedObject: [
    { args: 'missing.pdf', shows: /action=AttachFile&amp;do=upload_form&amp;ticket=0&amp;target=missing\.pdf/ },
    { args: 'https://example.org/film.mp4, width=320', shows: /<video controls[^>]*src="https:\/\/example\.org\/film\.mp4"/ },
    { args: 'javascript:alert(1)', hides: 'href="javascript' },
    { args: null, shows: /Argument &quot;target&quot; is required|Argument "target" is required/ },
  ],
  FootNote: [
    {
      args: "some ''words''",
      shows: /<sup><a href="#fnref-\w+" id="fndef-\w+-0">1<\/a><\/sup> after.*<div class="footnotes">.*some <em>words<\/em>/s,
    },
  ],
  FullSearch: [
    { args: null, shows: 'name="value"' },
    { args: '', shows: /<li><a href="\/OtherPage">OtherPage<\/a><\/li>/, hides: 'SecretPage' },
    { args: 'category:CategoryTest', shows: 'OtherPage' },
  ],
  FullSearchCached: [{ args: 'category:CategoryTest', shows: 'OtherPage' }],
  GetText: [{ args: 'Save', shows: 'before Save after' }],
  GetText2: [{ args: '|%s and %s|this|that', shows: 'this and that' }],
  GetVal: [
    { args: 'TestDict, green', shows: '#00ff00' },
    { args: 'TestDict', shows: 'You need to give: pagename, key' },
  ],
  GoTo: [{ args: null, shows: 'name="target"' }],
  HighlighterList: [{ args: 'names, filter_re=^Python', shows: 'python' }],
  Help: [
    { args: 'Date', shows: 'stamp' },
    { args: 'NoSuchMacro', shows: 'There is no macro' },
  ],
  Hits: [{ args: null, shows: 'before 1 after' }],
  Icon: [{ args: null, shows: 'non-empty icon name' }],
  Include: [
    { args: 'OtherPage', shows: /<div dir="ltr" id="OtherPage\.content" lang="en">.*<h1 id="OtherPage\.Other">/s },
    { args: 'SecretPage', shows: 'before  after' },
    { args: '^TestPage/.*, , sort=descending, items=1', shows: /Below, too/, hides: /Below\.</ },
  ],
  InterWiki: [{ args: null, shows: '<dl>' }],
  LikePages: [{ args: null, shows: '/TestPage/Sub' }],
  MailTo: [
    { args: 'john AT example DOT org', shows: /john\u00a0AT\u00a0example\u00a0DOT\u00a0org|john&nbsp;AT/, hides: 'mailto:' },
  ],
  MonthCalendar: [{ args: 'TestPage, 2009, 2', shows: /href="\/TestPage\/2009-02-28"/ }],
  Navigation: [
    { args: 'children', shows: '<a href="/TestPage/Sub">/Sub</a>' },
    { args: 'siblings', shows: 'No parent page found!' },
    { args: 'nowhere', shows: /must be one of/ },
  ],
  NewPage: [{ args: 'T, Go, @SELF', shows: /name="parent" value="TestPage"/ }],
  OrphanedPages: [{ args: null, shows: 'TestPage/Sub' }],
  PageCount: [{ args: null, shows: /before \d+ after/ }],
  PageHits: [{ args: null, shows: '<ol>' }],
  PageList: [{ args: 'Other', shows: '<a href="/OtherPage"><strong>Other</strong>Page</a>' }],
  PageSize: [{ args: null, shows: 'OtherPage' }],
  RandomPage: [{ args: '1000', shows: 'OtherPage' }],
  RandomQuote: [
    { args: 'OtherPage', shows: /before (?:one|two)\s+after/ },
    { args: 'SecretPage', shows: 'No quotes on SecretPage' },
  ],
  RecentChanges: [{ args: null, shows: '/OtherPage' }],
  ShowSmileys: [{ args: null, shows: '<code>:-)</code>' }],
  StatsChart: [
    { args: 'hitcounts', shows: '<svg' },
    { args: 'pagesize', shows: '<rect' },
    { args: 'x', shows: 'Bad chart type' },
  ],
  SystemAdmin: [{ args: null, shows: 'before  after' }],
  SystemInfo: [{ args: null, shows: 'Servus' }],
  TableOfContents: [{ args: null, shows: 'table-of-contents' }],
  TemplateList: [{ args: '^Other', shows: 'OtherPage', hides: 'TestDict' }],
  TitleIndex: [{ args: null, shows: /idx-O.*<a href="\/OtherPage">OtherPage<\/a>/s }],
  TitleSearch: [{ args: null, shows: 'name="titlesearch" value="1"' }],
  Verbatim: [
    { args: 'OtherPage', shows: 'before OtherPage after' },
    { args: '<b>, c', shows: '&lt;b&gt;, c' },
  ],
  WantedPages: [{ args: null, shows: 'WantedPage' }],
  WikiConfig: [{ args: null, shows: 'before  after' }],
  WikiConfigHelp: [{ args: 'cookie', shows: /<h2 id="cookie">.*cookieLifetime/s }],
  WordIndex: [{ args: null, shows: '<strong>Other</strong>' }],
}

for (const file of readdirSync(new URL('../../macros/', import.meta.url))) {
  const name = file.replace(/\.ts$/, '')
  describeMacro(name, { examples: examples[name] ?? [], runs: 10, ofVisitors: name === 'Visits' || name === 'SessionTest' })
}
