"""Says of each line of the standard input, a JSON document, what a JSON Schema has against it: nothing, or its errors."""

import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
definitions = dict(pair.split("=") for pair in sys.argv[2:])
validators = {}


def validator(document):
    """That of the whole schema, or of the definition for the class of the document."""
    name = definitions.get(str(document.get("class_uid")))
    if name not in validators:
        part = schema if name is None else {**schema, "oneOf": [{"$ref": "#/$defs/" + name}]}
        validators[name] = jsonschema.validators.validator_for(schema)(part)
    return validators[name]


for line in sys.stdin:
    document = json.loads(line)
    print(json.dumps([error.message for error in validator(document).iter_errors(document)]))
