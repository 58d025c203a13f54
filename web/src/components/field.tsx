import { useId, type ComponentProps, type ReactNode } from 'react';
import { classNames } from './class-names';

const BOX =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 text-text placeholder:text-faint disabled:opacity-60 aria-invalid:border-bad';

interface FieldProps {
  label: string;
  /** Where the label is said to listeners only, because the place tells it to all others. */
  hideLabel?: boolean;
  hint?: ReactNode;
  /** What is wrong with what was entered. */
  error?: string | undefined;
  className?: string;
}

/** What every field has around it: a label, a hint and what is wrong, tied to it for listeners. */
function Labelled({
  label,
  hideLabel,
  hint,
  error,
  className,
  children,
}: FieldProps & {
  children: (ids: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}) {
  const id = useId();
  const described = hint || error ? `${id}-more` : undefined;
  return (
    <div className={classNames('flex flex-col gap-1', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {described && (
        <p id={described} className={classNames('text-sm', error ? 'text-bad' : 'text-muted')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** One line of text. */
export function TextField({
  label,
  hideLabel,
  hint,
  error,
  className,
  ...input
}: FieldProps & Omit<ComponentProps<'input'>, 'id'>) {
  return (
    <Labelled {...{ label, hideLabel, hint, error, className }}>
      {(ids) => <input {...input} {...ids} className={classNames(BOX, 'h-8')} />}
    </Labelled>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  hideLabel,
  hint,
  error,
  className,
  ...area
}: FieldProps & Omit<ComponentProps<'textarea'>, 'id'>) {
  return (
    <Labelled {...{ label, hideLabel, hint, error, className }}>
      {(ids) => <textarea rows={3} {...area} {...ids} className={classNames(BOX, 'py-1.5')} />}
    </Labelled>
  );
}

/** One of several, by the browser's own list. */
export function SelectField({
  label,
  hideLabel,
  hint,
  error,
  className,
  children,
  ...select
}: FieldProps & Omit<ComponentProps<'select'>, 'id'>) {
  return (
    <Labelled {...{ label, hideLabel, hint, error, className }}>
      {(ids) => (
        <select {...select} {...ids} className={classNames(BOX, 'h-8 pr-7')}>
          {children}
        </select>
      )}
    </Labelled>
  );
}

/** Yes or no. */
export function Checkbox({
  label,
  hint,
  ...input
}: { label: string; hint?: ReactNode } & Omit<ComponentProps<'input'>, 'id' | 'type'>) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        {...input}
        type="checkbox"
        id={id}
        aria-describedby={hint ? `${id}-more` : undefined}
        className="mt-0.5 size-4 accent-accent"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-more`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
