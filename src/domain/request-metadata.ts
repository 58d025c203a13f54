/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a client says of its own request, for its owner to find it by: kept in the log, never sent to a provider. */
export type RequestMetadata = Readonly<Record<string, Json>>;
