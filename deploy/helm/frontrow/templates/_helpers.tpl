{{- define "frontrow.name" -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "frontrow.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "frontrow.labels" -}}
{{ include "frontrow.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "frontrow.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "frontrow.name" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "frontrow.secret" -}}
{{- if .Values.secrets.externalSecrets.enabled }}{{ include "frontrow.name" . }}
{{- else }}{{ required "secrets.existingSecret: the name of the Secret with passwords and keys, or secrets.externalSecrets.enabled" .Values.secrets.existingSecret }}
{{- end }}
{{- end }}

{{- define "frontrow.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /* What a command is told and given. Called with (dict "root" $ "files" REGEX): only files of settings that match. */ -}}
{{- define "frontrow.isWanted" -}}
{{- if and .key (regexMatch .files .name) }}yes{{ end }}
{{- end }}

{{- define "frontrow.env" -}}
{{- $settings := merge (dict "profile" "cluster") .own .root.Values.settings }}
{{- range $name, $value := $settings }}
{{- if kindIs "slice" $value }}{{ $value = join "," $value }}{{ end }}
{{- if kindIs "float64" $value }}{{ $value = int64 $value }}{{ end }}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}
- {name: FRONTROW_{{ $name | replace "-" "_" | upper }}, value: {{ $value | toString | quote }}}
{{- end }}
{{- end }}
{{- range $name, $key := .root.Values.secrets.keys }}
{{- if include "frontrow.isWanted" (dict "name" $name "key" $key "files" $.files) }}
- {name: FRONTROW_{{ $name | replace "-" "_" | upper }}, value: /run/secrets/frontrow/{{ $key }}}
{{- end }}
{{- end }}
{{- range $name, $key := .root.Values.authorities.keys }}
{{- if include "frontrow.isWanted" (dict "name" $name "key" $key "files" $.files) }}
- {name: FRONTROW_{{ $name | replace "-" "_" | upper }}, value: /run/authorities/{{ $key }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "frontrow.mounts" -}}
- {name: secrets, mountPath: /run/secrets/frontrow, readOnly: true}
{{- if .Values.authorities.configMap }}
- {name: authorities, mountPath: /run/authorities, readOnly: true}
{{- end }}
{{- end }}

{{- define "frontrow.volumes" -}}
- name: secrets
  secret:
    secretName: {{ include "frontrow.secret" .root }}
    defaultMode: 0440
    items:
    {{- range $name, $key := .root.Values.secrets.keys }}
    {{- if include "frontrow.isWanted" (dict "name" $name "key" $key "files" $.files) }}
    - {key: {{ $key }}, path: {{ $key }}}
    {{- end }}
    {{- end }}
{{- with .root.Values.authorities.configMap }}
- name: authorities
  configMap: {name: {{ . }}}
{{- end }}
{{- end }}

{{- /* The restricted level of Kubernetes' pod security, and a root that cannot be written. */ -}}
{{- define "frontrow.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "frontrow.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
capabilities: {drop: [ALL]}
{{- end }}

{{- /* What is the same in every pod. */ -}}
{{- define "frontrow.pod" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
# Kubernetes would add FRONTROW_PORT=tcp://… for a Service of this name, and frontrow refuses variables it does not know.
enableServiceLinks: false
securityContext: {{- include "frontrow.podSecurity" .root | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "frontrow.grace" -}}
{{- add .Values.preStopSeconds .Values.drainSeconds 10 }}
{{- end }}

{{- /* Zones, nodes, and how long a lost node is waited for. */ -}}
{{- define "frontrow.spread" -}}
tolerations:
{{- range list "not-ready" "unreachable" }}
- {key: node.kubernetes.io/{{ . }}, operator: Exists, effect: NoExecute, tolerationSeconds: {{ $.root.Values.lostNodeSeconds }}}
{{- end }}
{{- with .root.Values.tolerations }}
{{ toYaml . }}
{{- end }}
topologySpreadConstraints:
{{- range $key, $otherwise := dict "topology.kubernetes.io/zone" .root.Values.spread.zones "kubernetes.io/hostname" .root.Values.spread.nodes }}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: {{ $otherwise }}
  nodeTaintsPolicy: Honor
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels:
      {{- include "frontrow.selector" $.root | nindent 6 }}
      app.kubernetes.io/component: {{ $.component }}
{{- end }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "frontrow.selector" .root | nindent 12 }}
            app.kubernetes.io/component: {{ .component }}
{{- end }}
