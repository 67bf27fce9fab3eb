/** What `prefers-color-scheme` says, for pictures that are drawn and not styled. */
class SystemTheme {
  readonly #query = matchMedia('(prefers-color-scheme: dark)');
  dark = $state(this.#query.matches);

  constructor() {
    this.#query.addEventListener('change', ({ matches }) => {
      this.dark = matches;
    });
  }
}

export const systemTheme = new SystemTheme();
