/** The first of several words, and how many more there are, which the title has. */
export function Some({
  of,
  none,
}: {
  of: readonly string[] | null;
  /** What is said in place of none. */ none: string;
}) {
  const [first, ...rest] = of ?? [];
  if (first === undefined) return <span className="block text-faint">{none}</span>;
  return (
    <span className="flex max-w-44 items-center gap-1" title={of?.join('\n')}>
      <span className="truncate" dir="auto">
        {first}
      </span>
      {rest.length > 0 && <span className="text-muted">+{rest.length}</span>}
    </span>
  );
}
