import { useFormContext, useWatch } from 'react-hook-form';
import type { Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { SelectField, TextField } from '../../../components/field';
import { FormSection } from '../../../components/forms/form-section';
import { formatPrice } from '../../../format/prices';
import { NEEDED_RATES, TOKEN_RATE_NAMES, TOKEN_RATES, type PriceValues } from './price-values';

/** What a form of prices has. */
interface Values {
  price: PriceValues;
}

/** A deployment's own price, beside the one that is in use and that of the list. */
export function PriceInputs({
  inUse,
  listed,
}: {
  /** Null = nobody knows what it costs; undefined of a deployment that is not there yet. */
  inUse: Schemas['PriceInUse'] | null | undefined;
  /** What a list says of the upstream model; null or undefined where that is not known here. */
  listed: Schemas['Price'] | null | undefined;
}) {
  const { register, control, setValue, formState } = useFormContext<Values>();
  const type = useWatch({ control, name: 'price.type' });
  const errors = formState.errors.price;
  return (
    <FormSection title="Price" hint="What its provider charges. It makes the cost of each request from now on.">
      {(inUse !== undefined || listed) && (
        <p className="text-sm">
          <InUse inUse={inUse} />
          {listed && inUse?.list !== 'built_in' && inUse?.list !== 'operator' && (
            <span className="text-muted">
              {inUse !== undefined && ' '}The list says {formatPrice(listed)}.
            </span>
          )}
        </p>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label="Whose price"
          className="min-w-48 flex-1"
          error={errors?.type?.message}
          {...register('price.type')}
        >
          <option value="">That of the list</option>
          <option value="duration">Its own, by length</option>
          <option value="tokens">Its own, by tokens</option>
          <option value="characters">Its own, by characters</option>
        </SelectField>
        {type !== '' && (
          <Button onClick={() => setValue('price.type', '', { shouldDirty: true })}>Back to the list price</Button>
        )}
      </div>
      {type === 'duration' && <ByLength />}
      {type === 'tokens' && <ByTokens />}
      {type === 'characters' && (
        <TextField
          label="US dollars per million characters"
          inputMode="decimal"
          required
          error={errors?.usd?.message}
          {...register('price.usd')}
        />
      )}
    </FormSection>
  );
}

function InUse({ inUse }: { inUse: Schemas['PriceInUse'] | null | undefined }) {
  if (inUse === undefined) return null;
  if (inUse === null) return 'In use: none. No list has a price for it, so that what it costs is unknown.';
  const { price, list, as_of, source } = inUse;
  return (
    <>
      In use: {formatPrice(price)}
      <span className="break-words text-muted">
        {list === 'deployment' ? ', its own.' : `, price list of ${as_of ?? 'no date'}${source ? `, ${source}` : ''}.`}
      </span>
    </>
  );
}

function ByLength() {
  const { register, formState } = useFormContext<Values>();
  const errors = formState.errors.price;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="US dollars"
        inputMode="decimal"
        required
        error={errors?.usd?.message}
        {...register('price.usd')}
      />
      <SelectField label="Per" error={errors?.per?.message} {...register('price.per')}>
        {['second', 'minute', 'hour'].map((unit) => (
          <option key={unit} value={unit}>
            {unit}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Billed at least, seconds"
        type="number"
        min={0}
        step="any"
        error={errors?.minimum_seconds?.message}
        {...register('price.minimum_seconds')}
      />
      <TextField
        label="Rounded up to, seconds"
        type="number"
        min={0}
        step="any"
        error={errors?.increment_seconds?.message}
        {...register('price.increment_seconds')}
      />
    </div>
  );
}

function ByTokens() {
  const { register, control, formState } = useFormContext<Values>();
  const errors = formState.errors.price;
  const above = useWatch({ control, name: 'price.long_input.above_tokens' });
  return (
    <>
      <p className="text-sm text-muted">In US dollars per million tokens. Empty: not known.</p>
      <div className="grid gap-3 sm:grid-cols-2">
        {TOKEN_RATE_NAMES.map((name) => (
          <TextField
            key={name}
            label={TOKEN_RATES[name]}
            inputMode="decimal"
            required={NEEDED_RATES.includes(name)}
            error={errors?.[name]?.message}
            {...register(`price.${name}`)}
          />
        ))}
        <TextField
          label="Per minute, where no tokens are told"
          inputMode="decimal"
          error={errors?.estimate_usd_per_minute?.message}
          {...register('price.estimate_usd_per_minute')}
        />
      </div>
      <details open={above !== '' || undefined}>
        <summary className="text-sm text-muted">Another price of long input</summary>
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          <TextField
            label="Above so many tokens"
            type="number"
            min={1}
            error={errors?.long_input?.above_tokens?.message ?? errors?.long_input?.message}
            {...register('price.long_input.above_tokens')}
          />
          {TOKEN_RATE_NAMES.map((name) => (
            <TextField
              key={name}
              label={`${TOKEN_RATES[name]}, long`}
              inputMode="decimal"
              error={errors?.long_input?.[name]?.message}
              {...register(`price.long_input.${name}`)}
            />
          ))}
        </div>
      </details>
    </>
  );
}
