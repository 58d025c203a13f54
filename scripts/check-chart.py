"""Checks the Helm chart as Helm and Kubernetes would: lint, rendering with each set of values in its ci folder, what that comes to
against the schemas of the oldest and the newest Kubernetes, and that values which cannot be meant so are refused.

Needs helm-python-sdk, which has Helm in it, and kubernetes-validate, which has the schemas: .ci/run brings both. With a path as
argument, what is made of kinds of other projects is written there as JSON, for scripts/check-chart-foreign.mjs.
"""

import json
import sys
from pathlib import Path

import helm_python
import kubernetes_validate
import yaml

CHART = Path(__file__).parent.parent / "deploy" / "helm" / "auricle"
KUBERNETES = ["1.29", "1.37"]
# Of other projects, whose schemas are not Kubernetes' own.
FOREIGN = {"HTTPRoute", "ServiceMonitor"}
ERROR = 3
REFUSED = "# refused: "

faults = []
foreign = []


def read(path):
    return yaml.safe_load(path.read_text())


def lint(path):
    report = helm_python.lint(CHART, read(path), strict=True, kube_version=f"v{KUBERNETES[0]}.0")
    faults.extend(f"{path.name}: lint: {error}" for error in report["errors"])
    faults.extend(f"{path.name}: lint: {it['error']}" for it in report["messages"] if it["severity"] >= ERROR)


def objects(rendered):
    for path, text in rendered.items():
        if path.endswith(".yaml"):
            yield from (it for it in yaml.safe_load_all(text) if it)


def validate(path, thing):
    name = f"{path.name}: {thing['kind']} {thing['metadata']['name']}"
    for version in KUBERNETES:
        try:
            kubernetes_validate.validate(thing, version, strict=True)
        except kubernetes_validate.SchemaNotFoundError as error:
            faults.append(f"{name}: {error.message}")
        except kubernetes_validate.ValidationError as error:
            faults.append(f"{name}, Kubernetes {version}: {list(error.path)}: {error.message}")


def check(chart, path):
    lint(path)
    chart.validate_schema(read(path))
    kinds = []
    for thing in objects(chart.render(read(path), name="release", namespace="speech")):
        if thing["kind"] in FOREIGN:
            foreign.append(thing)
        else:
            validate(path, thing)
        kinds.append(thing["kind"])
    print(f"{path.name}: {', '.join(sorted(kinds))}")
    return kinds


def check_refused(chart, path):
    first = path.read_text().splitlines()[0]
    if not first.startswith(REFUSED):
        faults.append(f"{path.name}: must begin with {REFUSED}and words of the error")
        return
    try:
        chart.validate_schema(read(path))
        chart.render(read(path), name="release")
    except helm_python.HelmError as error:
        if first.removeprefix(REFUSED) not in str(error):
            faults.append(f"{path.name}: another error: {error}")
    else:
        faults.append(f"{path.name}: was not refused")


made = set()
with helm_python.Chart.load(CHART) as loaded:
    for values in sorted((CHART / "ci").glob("*.yaml")):
        made.update(check(loaded, values))
    refused = sorted((CHART / "ci" / "refused").glob("*.yaml"))
    for values in refused:
        check_refused(loaded, values)

lines = [line for it in (CHART / "templates").glob("*.yaml") for line in it.read_text().splitlines()]
kinds = {line.removeprefix("kind: ") for line in lines if line.startswith("kind: ")}
for kind in kinds - made - {"{{ .Values.kind }}"}:
    faults.append(f"no set of values makes a {kind}")

for path in sys.argv[1:]:
    Path(path).write_text(json.dumps(foreign))

if faults:
    print("\n".join(faults), file=sys.stderr)
    sys.exit(1)
print(f"{len(refused)} sets are refused as they should be; Helm {helm_python.helm_sdk_version()}, Kubernetes {' and '.join(KUBERNETES)}")
