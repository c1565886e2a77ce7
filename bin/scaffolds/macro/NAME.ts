import { defineMacro } from 'servus'
import { z } from 'zod'

export default defineMacro({
  description: 'Greets somebody.',
  args: z.object({
    who: z.string().default('world').describe('Who is greeted.'),
    times: z.int().min(1).max(9).default(1).describe('How often.'),
  }),
  dependencies: [],
  execute: ({ formatter }, { who, times }) => formatter.text(`${'Hello '.repeat(times)}${who}!`),
})
