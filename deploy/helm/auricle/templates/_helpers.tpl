{{- define "auricle.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 50 characters leave room for -headless, and for the hash and number that Kubernetes adds to names of pods. */}}
{{- define "auricle.fullname" -}}
{{- $name := include "auricle.name" . -}}
{{- $default := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $default .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "auricle.selectorLabels" -}}
app.kubernetes.io/name: {{ include "auricle.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "auricle.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "auricle.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "auricle.serviceAccountName" -}}
{{- default (ternary (include "auricle.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* Whether there is a configuration file. */}}
{{- define "auricle.hasConfig" -}}
{{- if or .Values.config.content .Values.config.existingConfigMap .Values.config.existingSecret }}true{{ end -}}
{{- end -}}

{{/* Variables that the chart sets by other values, or needs in Secrets. */}}
{{- define "auricle.ownVariables" -}}
PORT HOST DATA_DIR CONFIG_FILE SHUTDOWN_TIMEOUT_SECONDS METRICS_PORT METRICS_TOKEN WORKERS MASTER_KEY ENCRYPTION_KEY DATABASE_URL DIRECT_DATABASE_URL REDIS_URL
{{- end -}}

{{/* Values that cannot be meant so, with what to do. */}}
{{- define "auricle.refuse" -}}
{{- if not .Values.image.repository -}}
{{- fail "image.repository is needed: where you have pushed the image that the Dockerfile builds" -}}
{{- end -}}
{{- if not (or .Values.existingSecret .Values.database.existingSecret) -}}
{{- fail "a PostgreSQL is needed: existingSecret must name a Secret with MASTER_KEY, ENCRYPTION_KEY and DATABASE_URL. The embedded database belongs to one gateway alone and is not for Kubernetes, also with one replica" -}}
{{- end -}}
{{- if not .Values.existingSecret -}}
{{- fail "existingSecret is needed: a Secret with MASTER_KEY and ENCRYPTION_KEY. Without them every gateway would make keys of its own, and none could read what another has encrypted" -}}
{{- end -}}
{{- if and .Values.redis.url .Values.redis.existingSecret -}}
{{- fail "redis.url and redis.existingSecret: only one of them can say where Redis is" -}}
{{- end -}}
{{- if gt (len (compact (list .Values.config.content .Values.config.existingConfigMap .Values.config.existingSecret))) 1 -}}
{{- fail "config.content, config.existingConfigMap and config.existingSecret: only one of them can have the configuration file" -}}
{{- end -}}
{{- $own := splitList " " (include "auricle.ownVariables" .) -}}
{{- range $name, $_ := .Values.env -}}
{{- if has $name $own -}}
{{- fail (printf "env.%s: the chart sets it by another value, or it belongs in a Secret" $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not (or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.targetInFlightRequests)) -}}
{{- fail "autoscaling needs targetCPUUtilizationPercentage or targetInFlightRequests" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.serviceMonitor.enabled needs metrics.enabled" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled needs ingress.hosts" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs" -}}
{{- end -}}
{{- end -}}
