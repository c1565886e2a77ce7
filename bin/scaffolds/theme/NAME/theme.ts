// Templates beside this file (layout.hbs, show.hbs …) take the place of the default theme's.
export const label = 'NAME'
export const base = 'default'
export const stylesheets = ['servus.css', 'NAME.css']
export const scripts = ['servus.js']
