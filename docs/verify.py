#!/usr/bin/env python3
"""Verifies a journal of openrouter-audit: docs/seal.md as a program of one page. Needs python3 and python3-cryptography.

    python3 verify.py <root vkey> <file>...     audit_*.jsonl, with or without .gz, in the order of the days in their names
    python3 verify.py @public-key.txt <file>...       the root key, and on lines of their own those that it took over from
    python3 verify.py --since 2026-10-01 --until 2026-10-31 <root vkey> <file>...         the files of these days alone

With --since a log may begin with an audit.heartbeat, and a log of earlier days need not be there. With --until a log need not
end: "goes on" says which do not, after how many entries, and "of" how many a log here knew whose clock was behind. A log with a
UUID of a later day need not be there: "not of these days" says which one is known, and with how many entries. Whether all that is
so is to be seen elsewhere. Where it was seen that a log goes on, --later <log>=<seq> says with which entry.

It prints "intact", or the first line that is not what was sealed. What it leaves out: whether a leaf is in JCS form, an entry
in the file of its day, a link proven by itself; known heads, anchors, tombstones, rotation notes and files that are not all
there. Every log that was not closed is "not intact", also one that is alive. verify-journal.mjs does all of it.
"""
import base64, datetime, gzip, hashlib, json, re, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SEAL = re.compile(rb',"chain_hash":"([A-Za-z0-9+/]{43}=)","signature":"([A-Za-z0-9+/=]*)"}$')


class NotIntact(Exception):
    pass


def check(condition, what):
    if not condition:
        raise NotIntact(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    check(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


class Key:  # section "Keys"
    def __init__(self, vkey):
        self.name, key_id, typed = vkey.split("+", 2)
        typed = unbase64(typed)
        self.id = sha256(self.name.encode() + b"\n" + typed)[:4]
        check(len(typed) == 33 and typed[0] == 1 and self.id.hex() == key_id, "not a vkey")
        self.public = Ed25519PublicKey.from_public_bytes(typed[1:])

    def verify(self, text, signature):
        blob = unbase64(signature)
        check(blob[:4] == self.id, "signed with another key")
        self.public.verify(blob[4:], text.encode())


class Log:  # sections "Line" and "Verification"
    def __init__(self):
        self.key, self.range, self.lines, self.roots, self.links, self.signed, self.closed = None, [], [], [], [], 0, False
        self.start = 0  # how many entries are in earlier files

    @property
    def size(self):
        return self.start + len(self.lines)

    def judge(self, entry, line, leaf, root, signature, root_keys, since):
        seq, detail = entry["seq"], entry.get("detail") or {}
        if self.start <= seq < self.size and self.lines[seq - self.start] == sha256(line):
            return  # the same line again
        if since and seq > 0 and not self.lines and entry["event_type"] == "audit.heartbeat":
            self.range, self.start = [unbase64(subtree) for subtree in detail["frontier"]], seq
        check(seq == self.size and not self.closed, "lines are missing, or stand in another order")
        if not self.lines:
            text, _, signed = detail["delegation"].rpartition("\n\n")
            signature_of_root = re.fullmatch("\u2014 " + re.escape(root_keys[0].name) + r" (\S+)\n", signed)[1]
            by = [key for key in root_keys if key.id == unbase64(signature_of_root)[:4]] or root_keys
            by[0].verify(text + "\n", signature_of_root)
            title, log, vkey, _ = text.split("\n")
            check(title == "openrouter-audit/log-delegation/v1", "not a delegation")
            check((log, vkey) == (entry["log"], detail["log_key"]), "the delegation is not that of the log")
            self.key, self.links = Key(vkey), detail["links"] if seq == 0 else []
            check(self.key.name == entry["log"], "the key is not that of the log")
        self.range.append(sha256(b"\0" + leaf))
        while seq % 2 == 1:  # two subtrees of one size become one
            right = self.range.pop()
            self.range.append(sha256(b"\1" + self.range.pop() + right))
            seq //= 2
        node = self.range[-1]
        for left in reversed(self.range[:-1]):
            node = sha256(b"\1" + left + node)
        check(base64.b64encode(node).decode() == root, "the line, or one before it, is not what was sealed")
        self.lines.append(sha256(line))
        self.roots.append(root)
        if signature:
            self.key.verify(f"{entry['log']}\n{self.size}\n{root}\n", signature)
            self.signed, self.closed = self.size, entry["event_type"] == "audit.closed"


def day_of(origin):  # of its UUID, RFC 9562, section 5.7
    made = re.fullmatch(r".*/([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", origin)
    return made and str(datetime.datetime.fromtimestamp(int(made[1] + made[2], 16) // 1000, datetime.timezone.utc).date())


def verify(root_keys, paths, since, until, later):
    logs, known = {}, {}
    for path in paths:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    if line == b"\n":
                        continue
                    seal = SEAL.search(line[:-1])
                    check(line.endswith(b"\n") and seal, "not an entry")
                    entry, (root, signature) = json.loads(line.decode()), (text.decode() for text in seal.groups())
                    log = logs.setdefault(entry["log"], Log())
                    log.judge(entry, line, line[: seal.start()] + b"}", root, signature, root_keys, since)
                except (NotIntact, InvalidSignature, ValueError, TypeError, KeyError, AttributeError) as error:
                    raise NotIntact(f"{path}:{number}: {error!r}") from error
    check(logs, "nothing is there")
    for origin, log in logs.items():
        check(log.signed == log.size and (log.closed or until), f"{origin!a}: the end is not there, or not signed")
        for link in log.links:  # section "Opening, links and heartbeats"
            name, size = link["log"], link["size"]
            linked, begun = logs.get(name), day_of(name) or ""
            if linked is None and not (name in later or since and begun < since):
                check(until and not "" < begun <= until, f"{name!a}: it is not here, and a later log knew it")
                known[name] = max(size, known.get(name, 0))
            elif linked and until and not linked.closed and size > linked.size:
                known[name] = max(size, known.get(name, 0))
            elif linked and size > linked.start:
                root = linked.roots[size - 1 - linked.start : size - linked.start]
                check(root == [link["chain_hash"]], f"{name!a}: a later log knew another history of it")
    for origin, seq in later.items():
        if origin in logs:
            is_next = logs[origin].size == seq and not logs[origin].closed
            check(is_next, f"{origin!a}: it goes on with entry {seq}, and not where it ends here")
        else:
            began_here = (since or "0") <= (day_of(origin) or "") <= until
            check(seq == 0 or not began_here, f"{origin!a}: it goes on with entry {seq}, and nothing of it is here")
    for origin, log in logs.items():
        if not log.closed and origin not in later:
            print("goes on:", origin, log.size, *(["of", known[origin]] if origin in known else []))
    for origin in known.keys() - logs.keys():
        print("not of these days:", origin, known[origin])


def given_keys(text):
    try:
        return [Key(key) for key in (open(text[1:]).read() if text.startswith("@") else text).split()]
    except (NotIntact, OSError, ValueError) as error:
        print(f"{text!a} is no root vkey, <name>+<key id>+<base64>, nor @ and a file with one: {error}", file=sys.stderr)
        sys.exit(3)


words, days, later = sys.argv[1:], {"--since": None, "--until": None}, {}
while len(words) > 1 and (words[0] in days or words[0] == "--later" and re.fullmatch("(?s).+=[0-9]+", words[1])):
    if words[0] in days:
        days[words[0]] = words[1]
    else:
        later[words[1].rpartition("=")[0]] = int(words[1].rpartition("=")[2])
    words = words[2:]
if len(words) < 2 or words[0] == "--later" or later and not days["--until"]:
    print(__doc__, file=sys.stderr)
    sys.exit(3)
root_keys = given_keys(words[0])
try:
    verify(root_keys, words[1:], days["--since"], days["--until"], later)
    print("intact")
except (NotIntact, OSError, EOFError) as error:
    sys.exit(f"not intact: {error}")
