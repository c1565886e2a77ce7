/** The one-file build of Handlebars has no types of its own; it is the same library. */
declare module 'handlebars/dist/handlebars.min.js' {
  import Handlebars from 'handlebars'
  export default Handlebars
}
