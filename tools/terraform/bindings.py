"""Names and types of the AWS provider, read from its generated bindings for CDK for Terraform (npm @cdktf/provider-aws): the provider's own binary is in
no package registry, the bindings are, and were generated from its schema.

Knows of an attribute: its type, and whether it is required, may be set, or is only found out. Which of those that may be set are also found out when they
are not, the bindings do not say; all are taken to be.
"""

import re
import tarfile

SIMPLE = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
GETTERS = {"String": "string", "Number": "number", "Boolean": "bool", "List": ["list", "string"], "NumberList": ["list", "number"],
           "StringMap": ["map", "string"], "NumberMap": ["map", "number"], "BooleanMap": ["map", "bool"], "AnyMap": ["map", "string"]}
ENTRY = re.compile(r"^\s+(\w+): \{\s+value: (.*),\s+isBlock: (true|false),\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\",\s+\},", re.M)
FOUND_OUT = re.compile(r"// (\w+) - computed: true, optional: false, required: false\s+(?:get \w+\(\) \{\s+return ([^;]+);|this\.\w+ = new (\w+)\(this, \"\w+\"(, true)?)")

# Statements of the firewall nest in themselves, so the bindings have no names for them. The part in use, by the provider's documentation.
STATEMENT = {"attributes": {}, "blocks": {"managed_rule_group_statement": {"nesting": "list", "min": 0, "max": 1, "block": {
    "attributes": {"name": {"type": "string", "required": True}, "vendor_name": {"type": "string", "required": True},
                   "version": {"type": "string", "optional": True}}, "blocks": {}}}}}


def folder_of(kind, name):
    return name.replace("_", "-") if kind != "resource" else name.removeprefix("aws_").replace("_", "-")


def read(file, wanted):
    """Texts of the folders."""
    folders = {}
    with tarfile.open(file) as archive:
        for member in archive:
            words = member.name.split("/")
            if len(words) > 3 and words[2] in wanted and member.name.endswith((".js", ".d.ts")):
                folders.setdefault(words[2], []).append(archive.extractfile(member).read().decode())
    return folders


class Folder:
    """The bindings of one resource."""

    def __init__(self, texts):
        self.text = "\n".join(texts)
        # Functions of parts, classes, and the interfaces of what may be set.
        self.parts = {found[1]: found[2] for found in re.finditer(r"^function (\w+)ToHclTerraform\(struct\) \{\n(.*?)^\}", self.text, re.M | re.S)}
        self.classes = {found[1]: found[2] for found in re.finditer(r"^class (\w+) extends cdktf\.\w+ \{\n(.*?)^\}", self.text, re.M | re.S)}
        self.required = {found[1]: set(re.findall(r"#(\w+) \w+#\1\}\n(?:\s+\*[^\n]*\n)*\s+readonly \w+: ", found[2]))
                         for found in re.finditer(r"^export (?:declare )?interface (\w+) (?:extends [\w.]+ )?\{\n(.*?)^\}", self.text, re.M | re.S)}

    def main(self):
        name = next(name for name, text in self.classes.items() if "synthesizeHclAttributes()" in text)
        text = self.classes[name]
        attributes = text[text.index("synthesizeHclAttributes()"):]
        return self._block(attributes, text, self.required[name + "Config"])

    def _part(self, part):
        """A part by the name of its function."""
        name = part[0].upper() + part[1:]
        return self._block(self.parts.get(part, ""), self.classes.get(name + "OutputReference", ""), self.required.get(name, set()))

    def _block(self, settable, text, required):
        attributes, blocks = {}, {}
        for name, value, is_block, kind, storage in ENTRY.findall(settable):
            inner = re.search(r"(?<!cdktf\.)\b(\w+)ToHclTerraform\b", re.sub(r"cdktf\.\w+", "", value))
            if inner and is_block == "true":
                blocks[name] = {"nesting": {"struct": "single"}.get(kind, kind), "block": self._part(inner[1]), "min": int(name in required and kind != "struct"),
                                "max": int("Mapper" not in value and kind != "struct")}  # 0: any number
                continue
            if inner:
                of = self._object(self._part(inner[1]))
                typed = [kind, of] if kind in ("list", "set", "map") else of
            else:
                typed = self._type(kind, storage)
            attributes[name] = {"type": typed, "required": True} if name in required else {"type": typed, "optional": True, "computed": True}
        for name, getter, made, _ in FOUND_OUT.findall(text):
            attributes.setdefault(name, {"type": self._found_out(getter, made), "computed": True})
        if re.search(r"get id\(\) \{", text) and "id" not in attributes:
            attributes["id"] = {"type": "string", "computed": True}
        return {"attributes": attributes, "blocks": blocks}

    def _type(self, kind, storage):
        if storage in SIMPLE:
            return SIMPLE[storage]
        of = SIMPLE.get(re.sub(r"(List|Map)$", "", storage), "dynamic")
        return [kind, of] if kind in ("list", "set", "map") else "dynamic"

    def _found_out(self, getter, made):
        if made.endswith("List"):
            return ["list", self._object(self._part(made[0].lower() + made.removesuffix("List")[1:]))]
        if made.endswith("OutputReference"):
            return self._object(self._part(made[0].lower() + made.removesuffix("OutputReference")[1:]))
        if made.endswith("Map"):
            return ["map", self._object(self._part(made[0].lower() + made.removesuffix("Map")[1:]))] if made not in ("StringMap",) else ["map", "string"]
        if found := re.search(r"get(\w+?)Attribute\(", getter):
            kind = GETTERS.get(found[1], "dynamic")
            return ["set", kind[1]] if "tolist" in getter and isinstance(kind, list) else kind
        return {"cdktf.StringMap": ["map", "string"]}.get(made, "dynamic")

    def _object(self, block):
        """A part as a type: blocks in it are attributes of it."""
        fields = {name: each["type"] for name, each in block["attributes"].items()}
        for name, each in block["blocks"].items():
            inner = self._object(each["block"])
            fields[name] = inner if each["nesting"] == "single" else [each["nesting"], inner]
        return ["object", fields]


def schema(file, folders):
    """The provider's version, and what the stand-in needs for the .tf files of these folders."""
    used = {(kind, name) for folder in folders for path in folder.rglob("*.tf")
            for kind, name in re.findall(r'^(resource|data|ephemeral) "(aws_\w+)"', path.read_text(), re.M)}
    wanted = {(group, name): ("" if group == "resource" else "data-") + folder_of(group, name)
              for kind, name in used for group in ["resource" if kind == "resource" else "data"]}
    texts = read(file, {*wanted.values(), "provider"})
    result = {"resources": {}, "data": {}, "provider": Folder(texts["provider"]).main()}
    for (group, name), folder in sorted(wanted.items()):
        if folder in texts:  # Terraform itself says which name it does not know
            result["resources" if group == "resource" else "data"][name] = Folder(texts[folder]).main()
    if "aws_wafv2_web_acl" in result["resources"]:
        rule = result["resources"]["aws_wafv2_web_acl"]["blocks"]["rule"]["block"]
        del rule["attributes"]["statement"]
        rule["blocks"]["statement"] = {"nesting": "list", "min": 1, "max": 1, "block": STATEMENT}
    version = re.search(r"providers/hashicorp/aws/([\d.]+)/docs", "".join(texts["provider"]))[1]
    return version, result
