import type { Link } from '../../core/api/theme.ts'

/** A look at one template: the model it is shown with, and what the frame around it says. */
export interface Sample {
  readonly template: string
  readonly title: string
  readonly action: string
  readonly model: Readonly<Record<string, unknown>>
  /** The address that the frame is shown for is a page itself. */
  readonly isPageView?: boolean
  readonly pageName?: string
  readonly anonymous?: boolean
  readonly direction?: 'ltr' | 'rtl'
  readonly bare?: boolean
  readonly messages?: readonly { readonly kind: string; readonly text: string }[]
}

const link = (text: string, href = `/${text}`, more: Partial<Link> = {}): Link => ({ text, href, ...more })
const time = (day: number, clock: string): { time: string; iso: string } => ({
  time: `2026-11-${day} ${clock}`,
  iso: `2026-11-${day}T${clock}:00Z`,
})

const article = `
<span class="anchor" id="top"></span>
<h1 id="Tidewater">Tidewater Garden</h1>
<p>A quiet walled garden behind the harbour, kept by volunteers since <strong>1974</strong>. It opens with the tide: see <a href="/OpeningHours">OpeningHours</a>,
<a class="nonexistent" href="/SeedSwap">SeedSwap</a>, the <a class="http" href="https://example.org/">harbour office</a>, <a class="interwiki" href="https://example.org/wiki">the island wiki</a> or
write to <a class="mailto" href="mailto:garden@example.org">garden@example.org</a>. Press <kbd>Ctrl</kbd> + <kbd>Enter</kbd> to save; <code>tide.level()</code> answers metres.<sup><a href="#fn1" id="fd1">1</a></sup></p>
<div class="table-of-contents"><p class="table-of-contents-heading">Contents</p><ol><li><a href="#Beds">Beds and borders</a><ol><li><a href="#North">The north wall</a></li></ol></li><li><a href="#Code">Watering by script</a></li></ol></div>
<h2 id="Beds">Beds and borders</h2>
<p>Salt spray decides what grows where. Everything west of the gate has to survive a storm in March, everything east of it a dry July.</p>
<ul><li>Sea kale, thrift and <em>Crithmum</em><ul><li>cut back in February</li><li>never watered</li></ul></li><li>Figs against the south wall</li><li>A bed for whatever the children bring</li></ul>
<ol><li>Open the sluice</li><li>Wait for the bell</li><li>Close it again</li></ol>
<h3 id="North">The north wall</h3>
<dl><dt>Espalier</dt><dd>A tree trained flat against a wall; ours are pears.</dd><dt>Quern</dt><dd>The stone by the door, older than the garden.</dd></dl>
<div><table><tbody><tr><th><p>Bed</p></th><th><p>Plants</p></th><th><p>Keeper</p></th><th><p>Litres a week</p></th></tr>
<tr><td><p>Harbour</p></td><td><p>thrift, sea kale</p></td><td><p>Ines</p></td><td align="right"><p>0</p></td></tr>
<tr><td><p>South</p></td><td><p>figs, thyme</p></td><td><p>Yusuf</p></td><td align="right"><p>120</p></td></tr>
<tr bgcolor="#ffffcc"><td><p>Nursery</p></td><td><p>seedlings, with <a href="/Labels">labels</a></p></td><td><p>everybody</p></td><td align="right"><p>300</p></td></tr></tbody></table></div>
<div class="note"><p><strong>Note.</strong> Keys hang in the shed. <a href="/Shed">Which shed?</a></p></div>
<div class="tip"><p>Tip: bring gloves.</p></div>
<div class="important"><p>Important: the sluice is heavy.</p></div>
<div class="caution"><p>Caution: the steps are slippery at low water.</p></div>
<blockquote><p>The tide waits for the gardener, but only once.</p></blockquote>
<h2 id="Code">Watering by script</h2>
<pre><code><span class="hljs-keyword">import</span> { level } <span class="hljs-keyword">from</span> <span class="hljs-string">'tide'</span> <span class="hljs-comment">// metres above datum</span>
<span class="hljs-keyword">export</span> <span class="hljs-keyword">function</span> <span class="hljs-title">water</span>(bed) { <span class="hljs-keyword">return</span> level() &lt; <span class="hljs-number">1.5</span> ? bed.litres : <span class="hljs-literal">null</span> }</code></pre>
<p>Set to value 48151 <span class="macro-error">The macro <strong>Weather</strong> failed (reference 7f3a91).</span> <span class="comment">/* ask Ines */</span></p>
<div class="footnotes"><ol><li id="fn1">Above the old harbour datum. (<a href="#fd1">1</a>)</li></ol></div>`

const hidden = [{ name: 'target', value: 'x' }]
const wikiText = `= Tidewater Garden =
A quiet walled garden behind the harbour, kept by volunteers since '''1974'''.

<<TableOfContents>>

== Beds and borders ==
 * Sea kale, thrift and ''Crithmum''
  * cut back in February
  * never watered
 * Figs against the south wall

||'''Bed''' ||'''Plants''' ||'''Keeper''' ||
||Harbour ||thrift, sea kale ||Ines ||
||South ||figs, thyme ||Yusuf ||
`
const piece = (text: string, mark = false): { text: string; mark: boolean } => ({ text, mark })
const same = (number: number, text: string): unknown => ({
  kind: 'same',
  oldNumber: number,
  newNumber: number,
  old: [piece(text)],
  new: [piece(text)],
})
const blocks = [
  {
    kind: 'same',
    folded: true,
    count: 14,
    number: 0,
    previous: 0,
    next: 0,
    rows: Array.from({ length: 14 }, (_, i) => same(i + 1, `line ${i + 1}`)),
  },
  {
    kind: 'same',
    folded: false,
    count: 1,
    number: 0,
    previous: 0,
    next: 0,
    rows: [same(15, 'Salt spray decides what grows where.')],
  },
  {
    kind: 'change',
    folded: false,
    count: 3,
    number: 1,
    previous: 0,
    next: 2,
    rows: [
      {
        kind: 'changed',
        oldNumber: 16,
        newNumber: 16,
        old: [
          piece('Everything west of the gate has to survive a '),
          piece('gale', true),
          piece(' in '),
          piece('April', true),
          piece('.'),
        ],
        new: [
          piece('Everything west of the gate has to survive a '),
          piece('storm', true),
          piece(' in '),
          piece('March', true),
          piece('.'),
        ],
      },
      { kind: 'removed', oldNumber: 17, newNumber: '', old: [piece(' * Never cut back', true)], new: [] },
      { kind: 'added', oldNumber: '', newNumber: 17, old: [], new: [piece(' * cut back in February', true)] },
    ],
  },
  { kind: 'same', folded: false, count: 1, number: 0, previous: 0, next: 0, rows: [same(18, ' * Figs against the south wall')] },
  {
    kind: 'change',
    folded: false,
    count: 1,
    number: 2,
    previous: 1,
    next: 0,
    rows: [
      {
        kind: 'added',
        oldNumber: '',
        newNumber: 19,
        old: [],
        new: [piece(' * A bed for whatever the children bring, however long the line becomes that says so in the end')],
      },
    ],
  },
]
const side = (number: number): Record<string, unknown> => ({
  number,
  ...time(number, '14:02'),
  author: 'Ines',
  authorHref: '/Ines',
  comment: number === 12 ? 'After the storm' : '',
  href: '#',
  previousHref: '#',
  nextHref: '#',
})
const revision = (number: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  number,
  ...time(number + 8, '09:41'),
  size: '4.2 KB',
  delta: '+120',
  grew: 'more',
  author: 'Ines',
  authorHref: '/Ines',
  comment: 'Say when the sluice opens',
  minor: false,
  event: '',
  current: false,
  rev1: false,
  rev2: false,
  viewHref: '#',
  rawHref: '#',
  diffHref: '#',
  revertHref: '#',
  ...more,
})
const editModel = {
  formAction: '?action=edit',
  text: wikiText,
  rev: 12,
  comment: '',
  commentRequired: false,
  trivial: false,
  rows: 20,
  preview: null,
  problem: null,
  lock: null,
  oldRevision: null,
  templates: [],
  license: 'What you save here is published under CC BY 4.0.',
  help: link('Help on markup', '/HelpOnMarkup'),
  hidden: [],
  question: null,
}
const names = [
  'Apple',
  'Almanac',
  'Beds',
  'BeeHives',
  'Compost',
  'Figs',
  'FrontPage',
  'HelpContents',
  'OpeningHours',
  'Pears',
  'Sluice',
  'Tide/Tables',
  'Tide/Log',
]

/** Every template at least once, in the states that look different. */
export const samples: Readonly<Record<string, Sample>> = {
  show: {
    template: 'show',
    title: 'Tidewater',
    action: 'show',
    isPageView: true,
    model: { content: article, old: null, redirectedFrom: null },
  },
  'show-plain': {
    template: 'show',
    title: 'Garden/Beds/North Wall',
    action: 'show',
    isPageView: true,
    pageName: 'Garden/Beds/North Wall',
    anonymous: true,
    model: {
      content: '<p>Pears, trained flat. A page without a heading of its own.</p><h2>Pruning</h2><p>In February.</p>',
      old: null,
      redirectedFrom: link('NorthWall'),
    },
    messages: [{ kind: 'success', text: 'Thank you. Your changes are saved.' }],
  },
  'show-old': {
    template: 'show',
    title: 'Tidewater',
    action: 'recall',
    isPageView: true,
    model: {
      content: article,
      redirectedFrom: null,
      old: {
        revision: 11,
        ...time(19, '09:41'),
        author: 'Ines',
        comment: 'Say when the sluice opens',
        currentHref: '#',
        diffHref: '#',
        previousHref: '#',
        nextHref: '#',
        revertHref: '#',
      },
    },
  },
  'show-rtl': {
    template: 'show',
    title: 'حديقة/المد',
    action: 'show',
    isPageView: true,
    direction: 'rtl',
    pageName: 'حديقة/المد',
    model: {
      content:
        '<h1>حديقة المد</h1><p>حديقة هادئة خلف الميناء يعتني بها المتطوعون منذ عام 1974. <a href="/x">ساعات العمل</a></p><ul><li>ملفوف البحر</li><li>تين</li></ul><div class="note"><p>المفاتيح في السقيفة.</p></div>',
      old: null,
      redirectedFrom: null,
    },
  },
  print: {
    template: 'show',
    title: 'Tidewater',
    action: 'print',
    isPageView: true,
    bare: true,
    model: { content: article, old: null, redirectedFrom: null },
  },
  edit: {
    template: 'edit',
    title: 'Edit “Tidewater”',
    action: 'edit',
    model: { ...editModel, lock: { author: 'Yusuf', authorHref: '/Yusuf', minutes: 8 } },
  },
  'edit-new': {
    template: 'edit',
    title: 'Create “SeedSwap”',
    action: 'edit',
    pageName: 'SeedSwap',
    anonymous: true,
    model: {
      ...editModel,
      text: '',
      rev: 0,
      templates: [link('HomepageTemplate'), link('MeetingTemplate')],
      question: { text: 'How many legs has a cat?', hidden: [], value: '' },
    },
  },
  'edit-preview': {
    template: 'edit',
    title: 'Edit “Tidewater”',
    action: 'edit',
    model: {
      ...editModel,
      preview: '<h1>Tidewater Garden</h1><p>A quiet walled garden behind the harbour.</p>',
      problem: 'Please say what you changed: this wiki asks for a comment.',
      commentRequired: true,
      oldRevision: 7,
    },
  },
  conflict: {
    template: 'conflict',
    title: 'Edit conflict on “Tidewater”',
    action: 'edit',
    model: {
      formAction: '?action=edit',
      clean: false,
      text: wikiText,
      rev: 13,
      mine: wikiText,
      theirs: wikiText,
      author: 'Yusuf',
      authorHref: '/Yusuf',
      ...time(21, '10:11'),
      comment: 'Plants',
      trivial: false,
      rows: 20,
      preview: null,
      problem: null,
      blocks,
      hidden: [],
    },
  },
  info: {
    template: 'info',
    title: 'History of “Tidewater”',
    action: 'info',
    model: {
      diffAction: '/Tidewater',
      count: 214,
      newerHref: '',
      olderHref: '#',
      pageSizes: [link('100', '#', { current: true }), link('200', '#')],
      revisions: [
        revision(12, { current: true, rev2: true, revertHref: '' }),
        revision(11, { rev1: true, minor: true, delta: '−8', grew: 'less', comment: '' }),
        revision(10, {
          number: null,
          event: 'attached north-wall.jpg',
          comment: '',
          size: '',
          delta: '',
          viewHref: '',
          rawHref: '',
          diffHref: '',
          revertHref: '',
        }),
        revision(9, {
          delta: '±0',
          grew: 'same',
          event: 'reverted to 7',
          comment:
            'A comment that goes on for a while, because somebody wanted to explain why the sluice is to be opened only after the bell has rung twice',
        }),
        revision(8, { author: '203.0.113.9', authorHref: '' }),
        revision(1, { delta: '', event: 'created', diffHref: '' }),
      ],
    },
  },
  diff: {
    template: 'diff',
    title: 'Changes of “Tidewater”',
    action: 'diff',
    model: { old: side(11), new: side(12), added: 2, removed: 1, changes: 2, cut: true, revertHref: '#', blocks },
  },
  'diff-same': {
    template: 'diff',
    title: 'Changes of “Tidewater”',
    action: 'diff',
    model: { old: side(11), new: side(12), added: 0, removed: 0, changes: 0, cut: false, revertHref: '', blocks: [] },
  },
  missing: {
    template: 'missing',
    title: 'SeedSwap',
    action: 'show',
    isPageView: true,
    pageName: 'SeedSwap',
    anonymous: true,
    model: {
      pageName: 'SeedSwap',
      createHref: '?action=edit',
      loginHref: '',
      deleted: { ...time(11, '08:00'), author: 'Ines', historyHref: '#' },
      templates: [link('HomepageTemplate'), link('MeetingTemplate')],
      similar: [link('SeedBank'), link('SeedSwap2025')],
      searchHref: '#',
    },
  },
  forbidden: {
    template: 'forbidden',
    title: 'Not allowed',
    action: 'edit',
    anonymous: true,
    model: { message: 'You may not edit this page.', loginHref: '#', backHref: '#', homeHref: '/' },
  },
  error: {
    template: 'error',
    title: 'Something went wrong',
    action: 'show',
    isPageView: true,
    model: {
      status: 500,
      message: 'This page could not be made.',
      errorId: '01JD-7F3A91',
      detail: 'TypeError: bed is null\n    at water (macros/Water.ts:14:22)\n    at runMacro (core/render/run-macro.ts:51:18)',
      homeHref: '/',
      retryHref: '#',
    },
  },
  login: {
    template: 'login',
    title: 'Log in',
    action: 'login',
    anonymous: true,
    model: {
      formAction: '?action=login',
      page: 'KitchenGarden',
      takesPasswords: true,
      buttons: [{ method: 'openid', label: 'Example University' }],
      hints: ['New members find their password in the first letter.'],
      name: 'Ines',
      remember: false,
      rememberOffered: true,
      rememberSpan: 'a year',
      message: 'That name and password do not belong together.',
      registerHref: '#',
      recoverHref: '#',
      hidden,
    },
  },
  loginStep: {
    template: 'login-step',
    title: 'One more step',
    action: 'login',
    anonymous: true,
    model: {
      formAction: '?action=login',
      stage: 'x',
      text: 'Your telephone shows a number.',
      inputs: [{ name: 'code', label: 'Code', type: 'text', value: '', autocomplete: 'one-time-code' }],
      button: 'Go on',
      message: 'This code is wrong.',
    },
  },
  identities: {
    template: 'identities',
    title: 'Other ways to log in',
    action: 'identities',
    model: {
      formAction: '?action=identities',
      identities: [{ issuer: 'https://id.example.org', host: 'id.example.org', subject: '1815' }],
      connectHref: '#',
    },
  },
  newaccount: {
    template: 'newaccount',
    title: 'Create account',
    action: 'newaccount',
    anonymous: true,
    model: {
      formAction: '?action=newaccount',
      name: 'Ines',
      email: '',
      superuser: true,
      minimumPassword: 8,
      problems: { name: 'This name is taken.', answer: 'That is not what we had in mind.' },
      question: { text: 'How many legs has a cat?', value: 'five', hidden: [] },
      loginHref: '#',
      hidden,
    },
  },
  userprefs: {
    template: 'userprefs',
    title: 'Preferences',
    action: 'userprefs',
    model: {
      formAction: '?action=userprefs',
      name: 'Ines',
      aliasName: '',
      email: 'ines@example.org',
      languages: [
        { value: '', label: 'As the browser says', selected: true },
        { value: 'de', label: 'Deutsch' },
      ],
      themes: [{ value: '', label: 'The wiki’s own' }],
      colorSchemes: [
        { value: '', label: 'As the browser says' },
        { value: 'dark', label: 'Dark', selected: true },
      ],
      timeZones: [{ value: '', label: 'UTC' }],
      rememberDefault: true,
      showTrail: true,
      minorDefault: false,
      quickLinks: 'Tidewater\nOpeningHours',
      problems: { current: 'This is not your password.' },
      minimumPassword: 8,
      tabs: [
        { label: 'General', href: '#', current: true },
        { label: 'Signature', href: '#', current: false },
      ],
    },
  },
  confirm: {
    template: 'confirm',
    title: 'Delete',
    action: 'DeletePage',
    model: {
      formAction: '?action=DeletePage',
      question: 'Delete the page “Tidewater”?',
      explanation: 'Its history stays, and it can be brought back from there.',
      items: ['Tidewater/Log'],
      hidden,
      reason: { name: 'comment', value: '', required: false },
      checks: [{ name: 'subpages', label: 'Delete the pages below it too', checked: false }],
      confirmLabel: 'Delete',
      danger: true,
      problem: '',
    },
  },
  rename: {
    template: 'rename',
    title: 'Rename',
    action: 'RenamePage',
    model: {
      formAction: '#',
      pageName: 'Tidewater',
      newName: 'OpeningHours',
      comment: '',
      redirectOffered: true,
      redirect: true,
      subpages: ['Tidewater/Log', 'Tidewater/Tables'],
      renameSubpages: true,
      problem: 'A page of this name exists.',
    },
  },
  attachments: {
    template: 'attachments',
    title: 'Attachments',
    action: 'AttachFile',
    model: {
      files: [
        {
          name: 'north-wall.jpg',
          size: '1.8 MB',
          ...time(20, '16:20'),
          author: 'Ines',
          href: '#',
          viewHref: '#',
          deleteHref: '#',
          markup: 'attachment:north-wall.jpg',
        },
        {
          name: 'Plan of the sluice, third version.pdf',
          size: '240 KB',
          ...time(12, '11:00'),
          author: 'Yusuf',
          href: '#',
          viewHref: '',
          deleteHref: '',
          markup: '[[attachment:Plan of the sluice, third version.pdf]]',
        },
      ],
      upload: { action: '#', limit: '10 MB', problem: '' },
    },
  },
  resubmit: {
    template: 'resubmit',
    title: 'Please send again',
    action: 'edit',
    anonymous: true,
    model: {
      formAction: '?action=edit',
      fields: [
        { name: 'savetext', value: wikiText, long: true },
        { name: 'rev', value: '12', long: false },
      ],
      login: { name: 'Ines', message: '' },
    },
  },
  index: {
    template: 'index',
    title: 'TitleIndex',
    action: 'titleindex',
    model: {
      count: names.length,
      toggle: link('without system pages'),
      groups: [...new Set(names.map((name) => name[0] as string))].map((letter) => ({
        letter,
        id: `letter-${letter}`,
        links: names.filter((name) => name.startsWith(letter)).map((name) => link(name)),
      })),
    },
  },
  changes: {
    template: 'changes',
    title: 'RecentChanges',
    action: 'recentchanges',
    model: {
      bookmark: { time: '2026-11-18 08:00', setHref: '#', deleteHref: '#' },
      feedHref: '#',
      filters: [{ label: 'Days', links: [link('7', '#', { current: true }), link('14', '#')] }],
      days: [
        {
          label: 'Saturday, 21 November 2026',
          iso: '2026-11-21',
          entries: [
            {
              page: 'Tidewater',
              href: '#',
              kind: '',
              mark: 'edited',
              markLabel: 'edited',
              time: '14:02',
              iso: '2026-11-21T14:02:00Z',
              count: 3,
              authors: [
                { name: 'Ines', href: '#' },
                { name: 'Yusuf', href: '#' },
              ],
              comments: [
                { number: 3, text: 'Say when the sluice opens' },
                { number: 1, text: 'typo' },
              ],
              minor: false,
              diffHref: '#',
              historyHref: '#',
            },
            {
              page: 'SeedBank',
              href: '#',
              kind: '',
              mark: 'new',
              markLabel: 'new',
              time: '11:30',
              iso: '2026-11-21T11:30:00Z',
              count: 0,
              authors: [{ name: '203.0.113.9', href: '' }],
              comments: [],
              minor: false,
              diffHref: '',
              historyHref: '#',
            },
          ],
        },
        {
          label: 'Friday, 20 November 2026',
          iso: '2026-11-20',
          entries: [
            {
              page: 'OldNews',
              href: '#',
              kind: 'nonexistent',
              mark: 'deleted',
              markLabel: 'deleted',
              time: '09:00',
              iso: '2026-11-20T09:00:00Z',
              count: 0,
              authors: [{ name: 'Yusuf', href: '#' }],
              comments: [{ number: 0, text: 'Three years old' }],
              minor: true,
              diffHref: '',
              historyHref: '#',
            },
          ],
        },
      ],
    },
  },
  search: {
    template: 'search',
    title: 'Search',
    action: 'fullsearch',
    pageName: '',
    model: {
      formAction: '/',
      query: 'sluice',
      titles: false,
      caseSensitive: false,
      searched: true,
      count: 2,
      took: '12 ms',
      problem: '',
      exact: null,
      createHref: '#',
      previousHref: '',
      nextHref: '#',
      similar: [],
      results: [
        {
          title: [piece('Sluice', true), piece('Keys')],
          href: '#',
          snippets: [[piece('… the '), piece('sluice', true), piece(' opens with the tide, and the bell …')]],
          facts: '4.2 KB · revision 12 · today',
        },
        {
          title: [piece('Tidewater')],
          href: '#',
          snippets: [[piece('Open the '), piece('sluice', true), piece(', wait for the bell')]],
          facts: '2.1 KB · revision 3 · 2026-11-02',
        },
      ],
    },
  },
  'search-none': {
    template: 'search',
    title: 'Search',
    action: 'fullsearch',
    pageName: '',
    anonymous: true,
    model: {
      formAction: '/',
      query: '/(/',
      titles: true,
      caseSensitive: false,
      searched: true,
      count: 0,
      took: '',
      problem: 'A bracket is open.',
      exact: link('Sluice'),
      createHref: '',
      previousHref: '',
      nextHref: '',
      similar: [link('Sluice')],
      results: [],
    },
  },
}
