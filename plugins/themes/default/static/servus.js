// Everything works without this file. It only adds.

const root = document.documentElement

// Colours: what the reader chose on this device, else what the server said, else what the browser says.
const remembered = {
  get: (key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    } // storage may be forbidden
  },
  set: (key, value) => {
    try {
      if (value) localStorage.setItem(key, value)
      else localStorage.removeItem(key)
    } catch {
      /* it lasts for this page then */
    }
  },
}
const fromServer = root.dataset.colorScheme ?? ''
const applyScheme = (scheme) => {
  if (scheme) root.dataset.colorScheme = scheme
  else delete root.dataset.colorScheme
}
applyScheme(remembered.get('color-scheme') ?? fromServer)

const schemes = document.querySelector('.scheme-switch')
if (schemes) {
  const [title, ...names] = schemes.dataset.labels.split('|')
  schemes.setAttribute('role', 'group')
  schemes.setAttribute('aria-label', title)
  const buttons = ['', 'light', 'dark'].map((scheme, index) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = names[index]
    button.addEventListener('click', () => {
      remembered.set('color-scheme', scheme)
      applyScheme(scheme)
      show()
    })
    schemes.append(button)
    return [scheme, button]
  })
  const show = () => {
    for (const [scheme, button] of buttons)
      button.setAttribute('aria-pressed', String((root.dataset.colorScheme ?? '') === scheme))
  }
  show()
}

// A menu closes when something else is clicked, and on Escape.
const openMenus = () => document.querySelectorAll('details.menu[open]')
document.addEventListener('click', (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of openMenus()) {
    const held = menu.contains(document.activeElement)
    menu.open = false
    if (held) menu.querySelector('summary').focus()
  }
})

// Leaving with unsaved text asks first; Ctrl+Enter and Ctrl+S save.
const editor = document.querySelector('form.editor')
if (editor) {
  const text = editor.querySelector('[name=savetext]')
  const before = text.value
  // A preview brings text that is not stored either.
  const previewed = document.querySelector('.preview') !== null
  let leaving = false
  editor.addEventListener('submit', () => {
    leaving = true
  })
  addEventListener('pageshow', () => {
    leaving = false
  })
  addEventListener('beforeunload', (event) => {
    if (!leaving && (previewed || text.value !== before)) event.preventDefault()
  })
  editor.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.key !== 'Enter' && event.key !== 's')) return
    event.preventDefault()
    editor.requestSubmit(editor.querySelector('[name=button_save]'))
  })
}

// The way to look at changes stays as chosen.
for (const choice of document.querySelectorAll('[name=diff-view]')) {
  if (remembered.get('diff-view') === choice.value) choice.checked = true
  choice.addEventListener('change', () => remembered.set('diff-view', choice.value))
}

// What is too wide scrolls; the keyboard must get there too, in browsers that do not see to it themselves.
const letKeysScroll = () => {
  for (const box of document.querySelectorAll('pre, .wiki-content div:has(> table)')) {
    // Never taken away again: a box that the template made reachable stays so, and a turned telephone turns back.
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
  }
}
letKeysScroll()
addEventListener('resize', letKeysScroll)

// Remarks that writers left for each other (`/* … */`) are hidden; the menu can show them.
const remarks = document.querySelector('.remarks-switch')
if (remarks && document.querySelector('.wiki-content .comment')) {
  remarks.parentElement.hidden = false
  remarks.addEventListener('click', () => {
    remarks.setAttribute('aria-pressed', String(root.classList.toggle('show-remarks')))
  })
}

// A heading's own address, for the mouse; with the keyboard it is in the table of contents.
for (const heading of document.querySelectorAll('.wiki-content :is(h1, h2, h3, h4, h5, h6)[id]')) {
  const link = document.createElement('a')
  link.className = 'heading-anchor'
  link.href = `#${encodeURIComponent(heading.id)}`
  link.textContent = '#'
  link.ariaHidden = 'true'
  link.tabIndex = -1
  heading.append(link)
}
