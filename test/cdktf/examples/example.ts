/** Another valid value of a setting, and the settings that it needs around it. */
export type Example = { readonly to: unknown; readonly among?: object }

/** Examples by the path of the setting. */
export type Examples = Readonly<Record<string, Example>>
