import type { PriceEntry } from '../domain/price.js';

/** One list of prices of one provider. */
export class PriceList {
  private readonly models = new Map<string, PriceEntry[]>();
  /** The longest prefix first. */
  private readonly families: readonly { readonly prefix: string; readonly entry: PriceEntry }[];

  constructor(entries: readonly PriceEntry[]) {
    const named = entries.flatMap((entry) => entry.models.map((model) => ({ model, entry })));
    for (const { model, entry } of named.filter(({ model: it }) => !isFamily(it))) {
      this.models.set(model, [...(this.models.get(model) ?? []), entry]);
    }
    this.families = named
      .filter(({ model }) => isFamily(model))
      .map(({ model, entry }) => ({ prefix: prefixOf(model), entry }))
      .toSorted((one, other) => other.prefix.length - one.prefix.length);
  }

  /** What the list says of a model, the closest first: the model itself, then the narrowest family. */
  entriesOf(model: string): readonly PriceEntry[] {
    const ofFamilies = this.families.filter(({ prefix }) => model.startsWith(prefix)).map(({ entry }) => entry);
    return [...(this.models.get(model) ?? []), ...ofFamilies];
  }

  /** Whether it has something to say of every model of this name, which may be a family's. */
  covers(name: string): boolean {
    if (!isFamily(name)) return this.entriesOf(name).length > 0;
    return this.families.some(({ prefix }) => prefixOf(name).startsWith(prefix));
  }
}

function isFamily(model: string): boolean {
  return model.endsWith('*');
}

function prefixOf(family: string): string {
  return family.slice(0, -1);
}
