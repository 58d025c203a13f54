/** The price that covers a model by name: the exact name before one that ends in `*`, and of those the longest. */
export function priceFor<Listed extends { readonly models: readonly string[] }>(
  prices: readonly Listed[],
  model: string,
): Listed | undefined {
  const name = model.toLowerCase();
  const covering = prices.flatMap((price) =>
    price.models
      .map((pattern) => pattern.toLowerCase())
      .filter((pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))))
      .map((pattern) => ({ price, length: pattern === name ? Infinity : pattern.length })),
  );
  return covering.toSorted((one, other) => other.length - one.length)[0]?.price;
}
