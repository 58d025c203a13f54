import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { classNames } from './class-names';

const LOOKS = {
  /** The one thing that a place is for. */
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border border-transparent',
  plain: 'bg-surface text-text border border-line-strong/50 hover:bg-sunken',
  /** In rows and headers, where frames would be noise. */
  quiet: 'text-muted hover:text-text hover:bg-sunken border border-transparent',
  danger: 'bg-surface text-bad border border-bad/50 hover:bg-bad-wash',
};

const SIZES = { normal: 'h-8 px-3 gap-2', small: 'h-7 px-2 gap-1.5 text-sm', icon: 'size-8 justify-center' };

/** A button, or with `asChild` a link that looks like one. */
export function Button({
  look = 'plain',
  size = 'normal',
  asChild,
  className,
  type,
  ...rest
}: ComponentProps<'button'> & { look?: keyof typeof LOOKS; size?: keyof typeof SIZES; asChild?: boolean }) {
  const classes = classNames(
    'inline-flex shrink-0 items-center rounded-md font-medium whitespace-nowrap transition-colors duration-100',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-55',
    LOOKS[look],
    SIZES[size],
    className,
  );
  if (asChild) return <Slot.Root className={classes}>{rest.children}</Slot.Root>;
  return <button {...rest} type={type ?? 'button'} className={classes} />;
}
