/** The ear, drawn of two arcs. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth={3}
      strokeLinecap="round"
      aria-hidden
      className="text-accent"
    >
      <path d="M8.5 17.5C5.5 9 11 3.5 17 4c6.5.5 10 6.5 7.5 12-2 4-5.500 4.500-6 8.500-.5 4-5.500 5-7.500 1.500" />
      <path d="M13 15c-1.500-4 1-6.500 4-6 3 .5 4 4 2 6.500-1.500 1.500-3.500 1.500-4 4.500" />
    </svg>
  );
}
