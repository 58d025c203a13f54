import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { ApiError } from '../../api/client';
import { ErrorNotice } from '../notice';
import { fieldOf } from './field-of';

/** What a form needs to be sent. */
export interface FormMutation {
  readonly submit: (event: FormEvent) => void;
  readonly isPending: boolean;
  /** What the API refuses and no field of the form is named by. */
  readonly notice: ReactNode;
}

/** Sends a form. What the API refuses is shown at the field that it names, or above the buttons. */
export function useFormMutation<Values extends FieldValues, Answer>(
  form: UseFormReturn<Values>,
  {
    send,
    onDone,
    within = '',
  }: {
    send: (values: Values) => Promise<Answer>;
    onDone: (answer: Answer) => void;
    /** Where the form's fields lie in what is sent, when that is not its top: `deployments.0.`. */
    within?: string;
  },
): FormMutation {
  const [isAtField, setIsAtField] = useState(false);
  const mutation = useMutation({
    mutationFn: send,
    // Answers may hold a secret.
    gcTime: 0,
    onSuccess: (answer) => onDone(answer),
    onError: (error) => {
      const param = error instanceof ApiError ? error.param : undefined;
      const field = fieldOf(form.getValues(), param?.startsWith(within) ? param.slice(within.length) : param);
      setIsAtField(field !== undefined);
      if (field === undefined) return;
      form.setError(field as Path<Values>, { type: 'api', message: error.message }, { shouldFocus: true });
    },
  });
  return {
    submit: (event) => {
      // A form in a dialog is within the page's own for React, not for the browser.
      event.stopPropagation();
      void form.handleSubmit((values) => mutation.mutate(values))(event);
    },
    isPending: mutation.isPending,
    notice: mutation.error && !isAtField ? <ErrorNotice error={mutation.error} /> : null,
  };
}
