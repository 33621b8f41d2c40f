/** An option as the help shows it. */
interface OptionDefinition {
  /** What stands for the value in the help (`FILE`, `N`); an option without one is a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, OptionDefinition>>;
