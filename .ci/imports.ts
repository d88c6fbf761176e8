/*
 * What the code imports from packages, for whatever compiles packages into other files.
 */

/** `from 'name'`, `import('name')` and `import 'name'`; the compiler writes either quote. */
export const imported = /(\bfrom |\bimport\(|^import )(['"])([^'".][^'"]*)\2/gm

/** The packages, and modules of packages, that a text of code imports; those of Node, too. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(imported)].map(([, , , name = '']) => name)
}

/** The name of the file that such a module is compiled into, without its extension. */
export function entryName(name: string): string {
  return name.replace(/\.js$/, '').replace(/^\W+/, '').replace(/\W+/g, '-')
}
