-- Settings, usage and plans are stored as they are on the wire, in snake_case.

-- A share of the traffic need not be a whole number: the configuration file has always taken fractions.
ALTER TABLE "deployment" ALTER COLUMN "weight" SET DATA TYPE DOUBLE PRECISION;

-- Settings of providers: apiVersion -> api_version. No setting has a map inside.
UPDATE "deployment" SET "settings" = (
  SELECT coalesce(jsonb_object_agg(lower(regexp_replace(key, '([A-Z])', '_\1', 'g')), value), '{}')
  FROM jsonb_each("settings")
) WHERE jsonb_typeof("settings") = 'object' AND "settings"::text ~ '"[a-z]+[A-Z][A-Za-z]*":';

-- One name for the size that something takes.
UPDATE "deployment" SET "routing" = ("routing" - 'max_file_bytes') || jsonb_build_object('max_bytes', "routing" -> 'max_file_bytes')
WHERE jsonb_typeof("routing") = 'object' AND "routing" ? 'max_file_bytes';

-- The strategy was another name of `weighted`: levels of `order` come before any strategy.
UPDATE "model" SET "routing" = "routing" || '{"strategy": "weighted"}'
WHERE jsonb_typeof("routing") = 'object' AND "routing" ->> 'strategy' = 'priority';

-- Usage as in the answer.
UPDATE "request_log" SET "usage" = jsonb_build_object(
  'type', 'tokens',
  'input_tokens', coalesce(("usage" ->> 'audioInput')::numeric, 0) + coalesce(("usage" ->> 'textInput')::numeric, 0),
  'input_token_details', jsonb_build_object(
    'text_tokens', coalesce(("usage" ->> 'textInput')::numeric, 0),
    'audio_tokens', coalesce(("usage" ->> 'audioInput')::numeric, 0)
  ),
  'output_tokens', coalesce(("usage" ->> 'output')::numeric, 0),
  'total_tokens', coalesce(("usage" ->> 'audioInput')::numeric, 0) + coalesce(("usage" ->> 'textInput')::numeric, 0)
    + coalesce(("usage" ->> 'output')::numeric, 0)
) WHERE "usage" ->> 'type' = 'tokens' AND "usage" ? 'audioInput';

-- `reason` is one of the closed set of failure reasons; why something was left out is told in words.
UPDATE "request_log" SET "plan" = jsonb_set("plan", '{left_out}', (
  SELECT coalesce(jsonb_agg((it.value - 'reason') || jsonb_build_object('explanation', it.value -> 'reason') ORDER BY it.place), '[]')
  FROM jsonb_array_elements("plan" -> 'left_out') WITH ORDINALITY AS it (value, place)
)) WHERE jsonb_typeof("plan" -> 'left_out') = 'array' AND "plan" @? '$.left_out[*].reason';
