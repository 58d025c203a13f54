/** Keys of LiteLLM that have no effect here, with one explanation: what to do instead, or why there is nothing to do. */
export interface UnsupportedKeys {
  readonly explanation: string;
  /** Separated by spaces. */
  readonly names: string;
}

/** LiteLLM takes prices in a deployment's parameters and in its info. */
const otherPrices: UnsupportedKeys = {
  explanation: 'Speech is billed by the second of audio or by input and output tokens.',
  names: `cache_creation_input_audio_token_cost cache_creation_input_token_cost
    cache_creation_input_token_cost_above_1hr cache_creation_input_token_cost_above_200k_tokens
    cache_read_input_token_cost_above_200k_tokens cache_read_input_token_cost_flex
    cache_read_input_token_cost_priority citation_cost_per_token input_cost_per_audio_per_second
    input_cost_per_audio_per_second_above_128k_tokens
    input_cost_per_character_above_128k_tokens input_cost_per_image input_cost_per_image_above_128k_tokens
    input_cost_per_pixel input_cost_per_query input_cost_per_token_above_128k_tokens
    input_cost_per_token_above_200k_tokens input_cost_per_token_batches input_cost_per_token_cache_hit
    input_cost_per_token_flex input_cost_per_token_priority input_cost_per_video_per_second
    input_cost_per_video_per_second_above_128k_tokens input_cost_per_video_per_second_above_15s_interval
    input_cost_per_video_per_second_above_8s_interval output_cost_per_audio_per_second
    output_cost_per_character output_cost_per_character_above_128k_tokens
    output_cost_per_image output_cost_per_image_token output_cost_per_pixel output_cost_per_reasoning_token
    output_cost_per_second_1080p output_cost_per_second_2k output_cost_per_second_480p
    output_cost_per_second_4k output_cost_per_second_720p output_cost_per_second_768p
    output_cost_per_token_above_128k_tokens output_cost_per_token_above_200k_tokens
    output_cost_per_token_batches output_cost_per_token_flex output_cost_per_token_priority
    output_cost_per_video_per_second search_context_cost_per_query tiered_pricing`,
};

const ALERTS =
  "Webhooks, also in Slack's form, are made with `/admin/v1/alerts`, which says what each of them is told of.";

const PROVIDER_KEYS =
  "A caller's own key for a provider is taken as clients of Portkey send it, where the virtual key has `allow_provider_keys`.";

const TOKENS =
  'Tokens are not what speech is measured in: limit requests with `rpm_limit`, or seconds of audio with `limits` of the admin API.';

/** Every key that LiteLLM knows and Auricle does not read, by its place in the file. */
export const unsupportedKeys: Readonly<Record<string, readonly UnsupportedKeys[]>> = {
  'The file': [
    {
      explanation: 'Callbacks are LiteLLM plug-ins; Auricle keeps its own ledger of every request.',
      names: 'callback_settings',
    },
    {
      explanation:
        'Guardrails and policies work on chat messages; what is masked in transcripts is `redaction` of keys, teams and the gateway.',
      names: 'guardrails policies policy_attachments',
    },
    {
      explanation: 'A feature of language models; Auricle serves speech.',
      names: `agent_list assistant_settings default_vertex_config files_settings finetune_settings mcp_servers
        mcp_tools prompts search_tools vector_store_registry`,
    },
    {
      explanation: 'Each gateway administers itself.',
      names: 'worker_registry',
    },
  ],
  'model_list[].litellm_params': [
    {
      explanation: 'Use `max_retries`.',
      names: 'num_retries',
    },
    {
      explanation: 'Speech has no tokens before it is transcribed; use `rpm` or `max_parallel_requests`.',
      names: 'tpm',
    },
    {
      explanation: 'Use an API key.',
      names: `azure_ad_token azure_ad_token_provider azure_password azure_scope azure_username client_id client_secret
        enable_azure_ad_token_refresh tenant_id use_xai_oauth`,
    },
    {
      explanation: 'For a provider that Auricle does not serve.',
      names: `aws_access_key_id aws_batch_role_arn aws_bedrock_project_id aws_bedrock_runtime_endpoint aws_external_id
        aws_profile_name aws_region_name aws_role_name aws_secret_access_key aws_session_name aws_session_tags
        aws_session_token aws_sts_endpoint aws_web_identity_token bedrock_tags bucket_name gcs_bucket_name
        hf_model_name region_name s3_access_key_id s3_bucket_name s3_bucket_owner s3_encryption_key_id
        s3_endpoint_url s3_output_bucket_name s3_region_name s3_secret_access_key vertex_credentials
        vertex_location vertex_project watsonx_region_name`,
    },
    {
      explanation:
        'Budgets are of keys, teams and the gateway, not of deployments; a deployment is limited by `rpm` and `max_parallel_requests`.',
      names: 'budget_duration itpm max_budget otpm',
    },
    {
      explanation:
        'A limit of a key holds for all models: set `rpm_limit` in `default_key_generate_params`, or `limits` of keys with the admin API.',
      names: 'default_api_key_rpm_limit default_api_key_tpm_limit',
    },
    {
      explanation: PROVIDER_KEYS,
      names: 'configurable_clientside_auth_params',
    },
    {
      explanation: 'Set `fallbacks` in `router_settings`.',
      names: 'context_window_fallback_dict fallbacks max_fallbacks',
    },
    {
      explanation: 'Set `retry_policy` in `router_settings`.',
      names: 'retry_policy retry_strategy',
    },
    {
      explanation: 'Use `timeout`.',
      names: 'force_timeout request_timeout',
    },
    {
      explanation: 'Requests are not routed by tags or regions.',
      names: 'allowed_model_region tag_regex tags',
    },
    {
      explanation: 'Requests do not stick to a deployment.',
      names: 'provider_affinity_header',
    },
    {
      explanation: 'A silent stream ends with `stream_timeout`.',
      names: 'allow_client_keepalive_override keepalive_seconds stream_idle_timeout ttft_timeout',
    },
    {
      explanation: 'The admin API sets `cache_seconds` of a model; see `cache` in `litellm_settings`.',
      names: 'cache caching caching_groups ttl',
    },
    {
      explanation: '`mock_testing_fallbacks` of a request shows fallbacks at work.',
      names: 'mock_response mock_timeout',
    },
    {
      explanation: 'It stands beside `litellm_params`.',
      names: 'model_info',
    },
    {
      explanation: 'Every field that the provider knows can be sent.',
      names: 'additional_drop_params allowed_openai_params',
    },
    {
      explanation: "Nothing beyond the provider's own headers is sent.",
      names: 'extra_headers headers',
    },
    {
      explanation: 'A feature of language models, or a value of one request.',
      names: `adaptive_router_config adaptive_router_default_model assistant_continue_message auto_router_config
        auto_router_config_path auto_router_default_model auto_router_embedding_model
        auto_router_max_input_chars auto_router_model_compression auto_router_routing_compression
        complexity_router_config complexity_router_default_model disable_add_transform_inline_image_block
        embedding_model ensure_alternating_roles guardrails index_name litellm_metadata litellm_session_id
        litellm_trace_id max_tokens merge_reasoning_content_in_choices metadata milvus_db_name
        milvus_partition_names milvus_text_field prompt_id prompt_label prompt_variables prompt_version
        quality_router_config quality_router_default_model supports_system_message use_chat_completions_api
        use_in_pass_through use_litellm_proxy user_continue_message vector_bucket_name vector_store_id`,
    },
    otherPrices,
  ],
  'model_list[].model_info': [
    {
      explanation: 'Which models may be called, `models` of a key and of its team say.',
      names: 'access_groups access_windows team_id team_public_model_name',
    },
    {
      explanation: "What a model can do, and what a check of its health sends, are Auricle's own data.",
      names: `health_check_max_tokens health_check_model health_check_timeout health_check_voice
        disable_background_health_check enable_tag_filtering key litellm_provider max_input_tokens
        max_output_tokens max_tokens supported_endpoints supported_environments supported_modalities
        supported_openai_params supported_output_modalities supports_audio_input supports_audio_output
        supports_function_calling supports_parallel_function_calling supports_prompt_caching supports_reasoning
        supports_response_schema supports_system_messages supports_tool_choice supports_vision
        supports_web_search`,
    },
    {
      explanation: "A note of LiteLLM's own database or user interface.",
      names: `allow_fail_open cost_per_ptu_per_hour created_at created_by db_model discoverable internal_router_model
        member_auto_router ptu_count ptu_effective_from ptu_effective_to tier updated_at updated_by`,
    },
    otherPrices,
  ],
  router_settings: [
    {
      explanation: 'One threshold (`allowed_fails`) counts for every kind of failure.',
      names: 'allowed_fails_policy',
    },
    {
      explanation: 'One `retry_policy` for all models; a deployment has its own `max_retries`.',
      names: 'model_group_retry_policy',
    },
    {
      explanation: 'One strategy for all models of a file; the admin API sets one per model.',
      names: 'routing_groups routing_strategy_args',
    },
    {
      explanation: 'Speech has no context window and no content policy; `fallbacks` covers every failure.',
      names: 'content_policy_fallbacks context_window_fallbacks',
    },
    {
      explanation: 'What gateways count together is in PostgreSQL, or in the Redis that `redis_url` names.',
      names: 'cache_kwargs',
    },
    {
      explanation: 'See `cache` in `litellm_settings`.',
      names: 'cache_responses caching_groups',
    },
    {
      explanation: 'Requests are not routed by tags.',
      names: 'enable_tag_filtering tag_filtering_match_any tag_routing_prefix',
    },
    {
      explanation: 'Requests do not stick to a deployment.',
      names: 'deployment_affinity_ttl_seconds model_group_affinity_config optional_pre_call_checks',
    },
    {
      explanation: 'After a failure that another deployment may not have, the others of the model are always tried.',
      names: 'enable_weighted_failover',
    },
    {
      explanation: 'A deployment that cannot be used is switched off, always.',
      names: 'ignore_invalid_deployments',
    },
    {
      explanation: 'Set it in the `litellm_params` of each deployment.',
      names: 'default_litellm_params max_retries weights',
    },
    {
      explanation: 'There is no queue with priorities.',
      names: 'default_priority polling_interval',
    },
    {
      explanation: 'Budgets are of keys, teams and the gateway, not of providers.',
      names: 'provider_budget_config',
    },
    {
      explanation: 'Health comes from real traffic; see `background_health_checks` for probes.',
      names: `background_health_check_model_groups enable_health_check_routing health_check_ignore_transient_errors
        health_check_staleness_threshold`,
    },
    {
      explanation: 'A silent stream ends with `stream_timeout` of its deployment.',
      names: 'allow_client_keepalive_override keepalive_seconds stream_idle_timeout ttft_timeout',
    },
    {
      explanation: 'Set `LOG_LEVEL`.',
      names: 'debug_level set_verbose',
    },
    {
      explanation: ALERTS,
      names: 'alerting_config',
    },
    {
      explanation: 'Connections are pooled by the gateway.',
      names: 'client_ttl',
    },
    {
      explanation: "Only in LiteLLM's Python package, or for language models.",
      names: `assistants_config auto_router_capability_limit fallback_access_check fallback_budget_check
        guardrail_list heuristic_v2_router_limit plugins router_general_settings search_tools`,
    },
    {
      explanation: "A misspelling in LiteLLM's documentation; it is `enable_pre_call_checks`.",
      names: 'enable_pre_call_check',
    },
  ],
  'litellm_settings.cache_params': [
    {
      explanation: 'Answers are cached in PostgreSQL.',
      names: `azure_account_url azure_blob_container default_in_memory_ttl default_in_redis_ttl disk_cache_dir
        gcp_service_account gcp_ssl_ca_certs gcs_bucket_name gcs_path gcs_path_service_account
        max_connections qdrant_api_base qdrant_api_key qdrant_collection_name qdrant_quantization_config
        qdrant_semantic_cache_embedding_model redis_flush_size s3_api_version
        s3_aws_access_key_id s3_aws_secret_access_key s3_aws_session_token s3_bucket_name s3_config s3_endpoint_url s3_path
        s3_region_name s3_use_ssl s3_verify ssl_cert_reqs ssl_check_hostname`,
    },
    {
      explanation: 'Sentinels and clusters are named by `REDIS_URL`.',
      names: 'redis_startup_nodes sentinel_nodes sentinel_password service_name',
    },
    {
      explanation: 'Answers are given to the same question only, and to the key that asked it.',
      names: 'namespace redis_semantic_cache_embedding_model redis_semantic_cache_index_name similarity_threshold',
    },
  ],
  'litellm_settings.default_key_generate_params': [{ explanation: TOKENS, names: 'tpm_limit' }],
  'litellm_settings.upperbound_key_generate_params': [{ explanation: TOKENS, names: 'tpm_limit' }],
  'litellm_settings.default_team_params': [
    { explanation: TOKENS, names: 'tpm_limit' },
    {
      explanation: 'In LiteLLM only for teams that come from single sign-on, of which there is none here.',
      names: 'models',
    },
    {
      explanation: 'Teams have no members here, and are of no organization: what an admin key may do is its role.',
      names: 'organization_id team_member_permissions',
    },
  ],
  'litellm_settings.default_team_settings[]': [
    {
      explanation: 'It says which callbacks a team of LiteLLM has; Auricle keeps its own ledger of every request.',
      names: `failure_callback langfuse_host langfuse_public_key langfuse_secret langfuse_secret_key success_callback team_id`,
    },
  ],
  'litellm_settings.key_generation_settings.team_key_generation': [
    {
      explanation: 'Keys of a team are made by admin keys of that team and by the roles that have all teams, always.',
      names: 'allowed_team_member_roles',
    },
  ],
  'litellm_settings.key_generation_settings.personal_key_generation': [
    {
      explanation: 'Keys of no team are made by the roles that have all teams, always.',
      names: 'allowed_user_roles',
    },
  ],
  'router_settings.retry_policy': [
    {
      explanation: 'What the caller caused is never retried: the answer would be the same.',
      names: 'BadRequestErrorRetries ContentPolicyViolationErrorRetries',
    },
  ],
  general_settings: [
    {
      explanation:
        'Nothing waits in a queue: set `global_max_parallel_requests`, or `limits` of keys, teams and the gateway with the admin API.',
      names: `admission_queue_timeout_seconds disable_retry_on_max_parallel_request_limit_error
        max_in_flight_requests_per_worker max_queued_requests_per_worker`,
    },
    {
      explanation: 'Tokens are not what speech is measured in: limit seconds of audio with `limits` of the admin API.',
      names: 'token_rate_limit_type',
    },
    {
      explanation:
        'Every authenticated request leaves one row in the ledger; what it tells, and for how long it is kept, is `privacy` of keys, teams and the gateway.',
      names:
        'disable_error_logs disable_spend_logs disable_spend_updates proxy_batch_write_at use_redis_transaction_buffer',
    },
    {
      explanation: 'While the database is away, keys that were known go on for `AUTH_GRACE_SECONDS`.',
      names: 'allow_requests_on_db_unavailable',
    },
    {
      explanation: 'The gateway manages its connections and its migrations by itself.',
      names: `database_args database_connect_timeout database_connection_pool_limit database_connection_pool_timeout
        database_connection_timeout database_disable_prepared_statements database_extra_connection_params
        database_lock_timeout database_socket_timeout database_statement_timeout database_type
        disable_prisma_schema_update`,
    },
    {
      explanation: 'The file and the admin API live side by side always.',
      names: 'store_model_in_db supported_db_objects',
    },
    {
      explanation: 'SIGHUP, or `/admin/v1/config/reload`, reads the file again.',
      names: 'proxy_config_reload_interval_seconds',
    },
    {
      explanation: 'There are no Python plug-ins.',
      names: `custom_auth custom_auth_run_common_checks custom_key_generate custom_key_policy custom_key_update
        custom_sso custom_ui_sso_sign_in_handler`,
    },
    {
      explanation:
        'Requests carry a virtual key, a client token of one, an admin key or the master key, in `Authorization: Bearer` or the header of a client that is served.',
      names: `allow_user_auth enable_jwt_auth enable_oauth2_auth enable_oauth2_proxy_auth litellm_jwtauth
        litellm_key_header_name oauth2_config_mappings service_account_settings`,
    },
    {
      explanation: PROVIDER_KEYS,
      names: 'allow_client_side_credentials forward_llm_provider_auth_headers',
    },
    {
      explanation: "Nothing beyond the provider's own headers is sent.",
      names: 'forward_client_headers_to_llm_api',
    },
    {
      explanation: 'Whom a request is for, `user` in it says, or `x-litellm-end-user-id`.',
      names: 'user_header_mappings user_header_name',
    },
    {
      explanation:
        'Which routes a key may use, its `endpoints` and those of its team say; what an admin key may do, its role.',
      names: 'admin_only_routes allowed_routes enforce_rbac public_routes role_permissions',
    },
    {
      explanation: 'Secrets come from the environment (`os.environ/NAME`).',
      names: 'key_management_settings key_management_system use_azure_key_vault use_google_kms',
    },
    {
      explanation: 'Health comes from real traffic and from `background_health_checks`.',
      names: `background_health_check_model_groups enable_health_check_routing health_check_concurrency
        health_check_details health_check_ignore_transient_errors health_check_skip_disabled_background_models
        health_check_staleness_threshold use_shared_health_check`,
    },
    {
      explanation:
        'Months of logs are dropped once a day, and what `privacy` keeps for fewer days is deleted once an hour; how is not to be chosen.',
      names: `maximum_spend_logs_cleanup_batch_size maximum_spend_logs_cleanup_batch_timeout
        maximum_spend_logs_cleanup_cron maximum_spend_logs_cleanup_max_batches
        maximum_spend_logs_cleanup_run_budget maximum_spend_logs_retention_interval scheduled_job_stagger`,
    },
    {
      explanation: 'Budgets are reserved always, and their periods begin by themselves.',
      names: `disable_budget_reservation disable_reset_budget enforce_fallback_budget fail_closed_budget_enforcement
        legacy_unscoped_spend_list_endpoints proxy_budget_rescheduler_max_time proxy_budget_rescheduler_min_time
        scope_spend_list_endpoints_to_caller`,
    },
    {
      explanation: 'A fallback model must be allowed for the key, always.',
      names: 'enforce_fallback_model_access',
    },
    {
      explanation: ALERTS,
      names: 'alert_type_config alerting_args alerting_threshold',
    },
    {
      explanation: 'Reports of spend are asked for: `/admin/v1/analytics`, or `/global/spend/report`.',
      names: 'spend_report_frequency',
    },
    {
      explanation: "OpenTelemetry's own variables switch traces on, such as OTEL_EXPORTER_OTLP_ENDPOINT.",
      names: 'otel',
    },
    {
      explanation: 'The model is the one that the request names.',
      names: 'completion_model embedding_model image_generation_model infer_model_from_keys moderation_model',
    },
    {
      explanation: 'Requests are checked against what the deployment can do.',
      names: 'enforce_user_param enforced_params missing_session_id reject_clientside_metadata_tags',
    },
    {
      explanation: 'The key of the deployment decides.',
      names: 'forward_openai_org_id',
    },
    {
      explanation: "The client that goes away ends the provider's work, always.",
      names: 'cancel_on_disconnect',
    },
    {
      explanation: "A provider's answer may have 64 MiB.",
      names: 'max_response_size_mb',
    },
    {
      explanation:
        'Set `TRUSTED_PROXIES` to the addresses of your proxies: `X-Forwarded-For` is believed of nobody else.',
      names: 'use_x_forwarded_for',
    },
    {
      explanation: 'SIGTERM drains, with `SHUTDOWN_TIMEOUT_SECONDS`.',
      names: 'drain_endpoint_token enable_drain_endpoint',
    },
    {
      explanation: 'The gateway caches keys by itself.',
      names: 'user_api_key_cache_max_size user_api_key_cache_ttl',
    },
    {
      explanation: 'A stream is what the provider sends, or what OpenAI would.',
      names: 'always_include_stream_usage sse_keepalive_ping_interval_seconds',
    },
    {
      explanation: 'Auricle is free.',
      names: 'litellm_license',
    },
    {
      explanation:
        'Where every key is to have a team, set `required_params: [team_id]` in `personal_key_generation` of `key_generation_settings`.',
      names: 'default_team_disabled',
    },
    {
      explanation: 'How many wrong keys an address may send, `MAX_WRONG_KEYS_PER_MINUTE` says.',
      names: 'failed_login_window_seconds max_failed_login_attempts max_failed_login_attempts_per_source',
    },
    {
      explanation: "A feature of LiteLLM's user interface or of its users.",
      names: `allow_cli_sso_verification_uri_complete auto_redirect_ui_login_to_sso control_plane_url
        disable_adding_master_key_hash_to_db disable_auto_add_proxy_admin_to_teams
        disable_env_credential_login disable_master_key_return enable_public_model_hub
        ui_access_mode`,
    },
    {
      explanation: 'A feature of language models, of their files or of MCP.',
      names: `allow_unmanaged_response_ids allowed_file_extensions blocked_file_extensions
        disable_batch_input_file_rate_limiting disable_responses_id_security enable_mcp_registry
        max_batch_file_size_mb max_file_size_mb mcp_client_side_auth_header_name mcp_internal_ip_ranges
        mcp_required_fields mcp_trusted_proxy_ranges pass_through_endpoints pass_through_request_timeout
        proxy_batch_polling_interval require_end_user_mcp_access_defined require_key_mcp_access_defined
        search_tools skip_batch_input_file_rate_limiting_for_models
        skip_batch_input_file_rate_limiting_for_providers use_client_credentials_pass_through_routes
        user_mcp_management_mode`,
    },
  ],
  litellm_settings: [
    {
      explanation:
        'Callbacks are LiteLLM plug-ins; Auricle keeps its own ledger of every request, and has metrics, traces and alerts of its own.',
      names: `allow_dynamic_callback_disabling aws_sqs_callback_params callbacks
        custom_prometheus_metadata_labels custom_prometheus_tags datadog_llm_observability_params datadog_params
        disable_add_user_agent_to_request_tags disable_streaming_logging dynamodb_table_name
        extra_spend_tag_headers failure_callback generic_logger_headers input_callback langfuse_default_tags
        langfuse_enable_update_trace_keys log_raw_request_response logging newrelic_params post_call_rules
        pre_call_rules prometheus_emit_rate_limit_labels prometheus_emit_stream_label
        prometheus_end_user_metrics_cleanup_interval_seconds prometheus_end_user_metrics_max_series_per_metric
        prometheus_end_user_metrics_ttl_seconds prometheus_initialize_budget_metrics prometheus_metrics_config
        prometheus_user_budget_label_include_email_alias redact_messages_in_exceptions redact_user_api_key_info
        s3_callback_params service_callback service_callbacks
        success_callback`,
    },
    {
      explanation: 'Who has changed what is always kept: `/admin/v1/audit` tells and exports it.',
      names: 'audit_log_callbacks s3_audit_callback_params store_audit_logs',
    },
    {
      explanation: 'See `cache` and `cache_params`.',
      names: `cache_type caching caching_with_models default_in_memory_ttl default_redis_batch_cache_expiry
        default_redis_ttl disable_anthropic_gemini_context_caching_transform
        enable_caching_on_provider_specific_optional_params enable_redis_auth_cache`,
    },
    {
      explanation: 'Set `LOG_FORMAT=json`.',
      names: 'json_logs',
    },
    {
      explanation: 'Set `LOG_LEVEL`.',
      names: 'set_verbose suppress_debug_info',
    },
    {
      explanation: 'The line that is logged for a request carries its id.',
      names: 'request_correlation_in_logs',
    },
    {
      explanation: "Set the certificates with Node's own NODE_EXTRA_CA_CERTS.",
      names: 'ssl_certificate ssl_ecdh_curve ssl_security_level ssl_verify',
    },
    {
      explanation: 'The gateway chooses how it connects.',
      names: `aiohttp_trust_env client_session disable_aiohttp_transport disable_aiohttp_trust_env force_ipv4
        http2 network_mock use_aiohttp_transport`,
    },
    {
      explanation: "Where OpenTelemetry's variables switch traces on, providers get a `traceparent`.",
      names: 'forward_traceparent_to_llm_provider',
    },
    {
      explanation: 'The number of tries is `num_retries` and `max_fallbacks`.',
      names: 'num_retries_per_request retry',
    },
    {
      explanation: 'Set it in the `litellm_params` of each deployment.',
      names: `api_base api_key api_version azure_key cloudflare_api_key groq_key headers openai_key openai_like_key
        organization project togetherai_api_key`,
    },
    {
      explanation:
        'Prices are data of Auricle; a deployment overrides them with `input_cost_per_second` or token prices.',
      names: `check_provider_endpoint cost_discount_config cost_margin_config include_cost_in_streaming_usage
        model_alias_map model_cost_map_url`,
    },
    {
      explanation: 'Speech has no context window and no content policy; `fallbacks` covers every failure.',
      names: 'content_policy_fallbacks context_window_fallbacks model_fallbacks',
    },
    {
      explanation: 'There are no users who sign in: budgets are of keys, teams and the gateway.',
      names: `default_internal_user_params default_max_internal_user_budget internal_user_budget_duration
        max_internal_user_budget max_ui_session_budget max_user_budget`,
    },
    {
      explanation: "Whom a key's application serves has no budget: the `user` of a request is a note in its log.",
      names: 'max_end_user_budget max_end_user_budget_id overwrite_user_with_key_hash validate_end_user_id_in_db',
    },
    {
      explanation:
        'The `user` of a request is a note in its log, which `privacy` keeps short and `/admin/v1/logs/erase` takes out; no metric has it.',
      names: `disable_end_user_cost_tracking disable_end_user_cost_tracking_prometheus_only
        enable_end_user_cost_tracking_prometheus_only`,
    },
    {
      explanation: 'Budgets are of keys, teams and the gateway: give what has a tag a team of its own.',
      names: 'tag_budget_config',
    },
    {
      explanation:
        'A soft limit is `soft_budget` of `/key/*`, `soft_limit_usd` of the admin API; webhooks of `/admin/v1/alerts` are told when it is passed.',
      names: 'default_key_max_budget_alert_emails default_soft_budget',
    },
    {
      explanation: 'A budget without room refuses what would exceed it; nothing is slowed down before.',
      names: 'budget_exceeded_throttle_percentage',
    },
    {
      explanation: 'Budgets begin anew at a midnight, where `timezone` says.',
      names: 'budget_reset_time',
    },
    {
      explanation: 'Limits hold for whoever has them, and nothing is set aside for anybody.',
      names: 'priority_reservation priority_reservation_settings',
    },
    {
      explanation: 'The name of a key may be any text of up to 200 characters that no other key has.',
      names: 'enable_key_alias_format_validation',
    },
    {
      explanation:
        'Guardrails and moderation work on chat messages; what is masked in transcripts is `redaction` of keys, teams and the gateway.',
      names: `banned_keywords_list blocked_user_list google_moderation_confidence_threshold guardrails
        llamaguard_model_name llamaguard_unsafe_content_categories llm_guard_mode openai_moderations_model_name
        output_parse_pii presidio_ad_hoc_recognizers skip_system_message_in_guardrail
        skip_tool_message_in_guardrail`,
    },
    {
      explanation: 'There are no Python plug-ins.',
      names: 'custom_provider_map',
    },
    {
      explanation: 'Auricle sends nothing home.',
      names: 'telemetry',
    },
    {
      explanation: 'Set `FETCH_URLS` and `URL_FETCH_ALLOWED_HOSTS`: no URL is fetched unless that is switched on.',
      names: 'provider_url_destination_allowed_hosts user_url_allowed_hosts user_url_validation',
    },
    {
      explanation: "A feature of language models or of LiteLLM's user interface.",
      names: `add_function_to_prompt anthropic_prompt_caching_ttl credential_list custom_prompt_dict
        disable_add_prefix_to_prompt disable_add_transform_inline_image_block
        disable_copilot_system_to_assistant disable_hf_tokenizer_download disable_stop_sequence_limit
        disable_token_counter disable_vertex_batch_output_transformation enable_anthropic_prompt_caching
        enable_azure_ad_token_refresh enable_gemini_default_thinking_level_low enable_json_schema_validation
        enable_loadbalancing_on_batch_endpoints enable_model_config_credential_overrides enable_preview_features
        gemini_live_defer_setup global_bitbucket_config global_gitlab_config global_prompt_directory mcp_aliases
        model_group_settings modify_params proxy_auth public_agent_groups public_mcp_hub_strict_whitelist
        public_mcp_servers public_model_groups public_model_groups_links reasoning_auto_summary
        require_managed_files responses return_response_headers route_all_chat_openai_to_responses
        safe_memory_mode strip_anthropic_total_tokens use_chat_completions_url_for_anthropic_messages use_client
        use_legacy_interactions_schema use_litellm_proxy vertex_ai_safety_settings vertex_location
        vertex_project`,
    },
  ],
};
