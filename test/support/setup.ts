import { openTemplates } from './templates.ts'

/** What vitest calls once a run, before the first test; it calls what that answers after the last. */
export const setup = openTemplates
