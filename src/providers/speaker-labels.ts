/**
 * OpenAI's names for the speakers of one answer, whatever a provider calls them (`0`, `speaker_0`, `SPEAKER_00`): `A`, `B`,
 * ... in the order in which they are first met, after `Z` comes `AA`.
 */
export class SpeakerLabels {
  private readonly labels = new Map<string | number, string>();

  /** The label of the provider's speaker; always the same for the same one. */
  of(speaker: string | number): string {
    const known = this.labels.get(speaker);
    if (known !== undefined) return known;
    const label = letters(this.labels.size);
    this.labels.set(speaker, label);
    return label;
  }
}

/** Counts as spreadsheets name their columns. */
function letters(index: number): string {
  const last = String.fromCharCode('A'.charCodeAt(0) + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
