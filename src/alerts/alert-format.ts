/** What is sent to a webhook: the standard body, or a message for a channel. */
export const alertFormats = ['standard', 'slack'] as const;
export type AlertFormat = (typeof alertFormats)[number];
