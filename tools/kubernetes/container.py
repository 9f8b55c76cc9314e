"""Runs a container of a pod as a process of this machine, as its specification says and without a container's image: its command, its
variables and nothing else, its files at their paths, a root that cannot be written, its user without rights.

Not the same as in a container: the network is this machine's, and so is everything else that can be read.
"""

import base64
import os
import shlex
import shutil
import subprocess
from pathlib import Path

PATH = "/usr/local/bin:/usr/bin:/bin"
# In a mount namespace of its own, which ends with the process. $1 is a folder with a copy of every mounted folder, and a list of them.
ENTER = """
mount -t tmpfs -o mode=755 none /run
while read -r at; do
  case $at in /run/*) ;; *) echo "only below /run: $at" >&2; exit 97;; esac
  mkdir -p "$at"
  mount --bind "$1/files$at" "$at"
done <"$1/mounts"
[ ! -f "$1/hosts" ] || mount --bind "$1/hosts" /etc/hosts
mount -o remount,bind,ro /run
mount -o remount,bind,ro /
shift
exec "$@"
"""


class Unusable(Exception):
    """What the specification says cannot be had here."""


def environment(container):
    """Only plain values: the chart has no others."""
    given = {}
    for each in container.get("env", []):
        if "valueFrom" in each:
            raise Unusable(f"{each['name']} comes from elsewhere")
        given[each["name"]] = each.get("value", "")
    if "envFrom" in container:
        raise Unusable("envFrom")
    return {"PATH": PATH} | given


def contents(volume, secrets, config_maps):
    """The files of a volume, by name."""
    if "secret" in volume:
        data = {key: base64.b64decode(text) for key, text in secrets(volume["secret"]["secretName"]).get("data", {}).items()}
        items = volume["secret"].get("items")
    elif "configMap" in volume:
        data = {key: text.encode() for key, text in config_maps(volume["configMap"]["name"]).get("data", {}).items()}
        items = volume["configMap"].get("items")
    else:
        raise Unusable(f"volume {volume['name']}")
    if items is None:
        return data
    missing = [each["key"] for each in items if each["key"] not in data]
    if missing:
        raise Unusable(f"volume {volume['name']} lacks {', '.join(missing)}")
    return {each["path"]: data[each["key"]] for each in items}


def lay_files(folder, pod, container, secrets, config_maps):
    """Writes every mounted file below FOLDER/files, owned as a kubelet does: root, and the pod's group may read."""
    volumes = {each["name"]: each for each in pod.get("volumes", [])}
    group = pod.get("securityContext", {}).get("fsGroup", -1)
    paths = []
    for mount in container.get("volumeMounts", []):
        at = folder / "files" / mount["mountPath"].lstrip("/")
        at.mkdir(parents=True, exist_ok=True)
        for name, text in contents(volumes[mount["name"]], secrets, config_maps).items():
            file = at / name
            file.write_bytes(text)
            file.chmod(0o440)
            if os.geteuid() == 0:
                os.chown(file, 0, group)
        paths.append(mount["mountPath"])
    (folder / "mounts").write_text("".join(f"{path}\n" for path in paths))


def user(pod, container):
    """Words before the command: its user and rights. A caller without rights on this machine keeps their own."""
    if os.geteuid() != 0:
        return []
    context = pod.get("securityContext", {}) | container.get("securityContext", {})
    words = ["setpriv", f"--reuid={context['runAsUser']}", f"--regid={context['runAsGroup']}",
             f"--groups={context['fsGroup']}" if "fsGroup" in context else "--clear-groups"]
    if not context.get("allowPrivilegeEscalation", True):
        words.append("--no-new-privs")
    if context.get("capabilities", {}).get("drop") == ["ALL"]:
        words += ["--inh-caps=-all", "--bounding-set=-all"]
    return words


def command(container, binary):
    """The image's entry is the program."""
    return [*(container.get("command") or [str(binary)]), *container.get("args", [])]


def start(folder, pod, container, binary, secrets, config_maps, variables=None, hosts=None):
    """The running process; its output goes to FOLDER/log. `variables` replace some of the container's."""
    folder = Path(folder)
    shutil.rmtree(folder / "files", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    lay_files(folder, pod, container, secrets, config_maps)
    if hosts:
        (folder / "hosts").write_text(hosts)
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    words = ["unshare", "--mount", *root, "sh", "-euc", ENTER, "sh", str(folder), *user(pod, container), *command(container, binary)]
    with open(folder / "log", "ab") as log:
        log.write(f"{shlex.join(command(container, binary))}\n".encode())
        log.flush()
        return subprocess.Popen(words, env=environment(container) | (variables or {}), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                start_new_session=True)
