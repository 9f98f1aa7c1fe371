#!/usr/bin/env python3
"""Reads the #include lines and names the one that walks down the ladder.

    schema < actors/core < persistence < actors/* < net < tools;   config stands beside actors.

Also checked: every heavy library shows its face in one place, protocol headers stay light, and
nobody includes another actor's state. No output but one line when all is well; exit code 1 when not.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("schema", "actors", "persistence", "net", "config", "tools", "tests")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# What a layer may include of ours, besides itself.
BELOW = {
    "schema": set(),
    "actors/core": {"schema"},
    "persistence": {"schema", "actors/core"},
    "actors": {"schema", "actors/core", "persistence"},
    "config": {"schema"},
    "net": {"schema", "actors/core", "persistence", "actors", "config"},
    "tools": {"schema", "actors/core", "persistence", "actors", "config", "net"},
    "tests": {"schema", "actors/core", "persistence", "actors", "config", "net", "tools"},
}

# The headers of net that one session file or two share; routes, gateway and server see no socket.
NET_SOCKETS = r"net/([^/]*(session|socket|stream)[^/]*|acceptor|loop|transport|connection|head)\.hpp"

# Where a library may be included: (library, its headers, files as regexes, what to do instead).
LIBRARIES = [
    ("simdjson", r"simdjson(\.h|/)", [r"schema/json\.cpp"], "go through schema/json.hpp"),
    ("ICU", r"unicode/", [r"schema/text/.*"], "go through schema/text"),
    ("libpq", r"(postgresql/)?(libpq|pg_config|postgres_ext)", [r"persistence/pg/.*"],
     "go through persistence/pg"),
    ("Boost.Beast", r"boost/beast",
     [r"net/[^/]*\.cpp", NET_SOCKETS, r"tools/(load|bench)/.*"],
     "only the session files of net know Beast"),
    ("Boost.Asio", r"boost/asio",
     [r"net/[^/]*\.cpp", NET_SOCKETS, r"persistence/pg/.*",
      r"persistence/(connection|database)\.[hc]pp", r"tools/(load|bench)/.*"],
     "only sockets need an I/O loop: net's session files and persistence's connections"),
    ("CAF", r"caf/", [r"(actors|persistence|net|tools)/.*"],
     "schema and config know no actors"),
    ("libsodium", r"sodium", [r"persistence/(migrate|digest|audit_chain)\.cpp", r"actors/people/.*\.cpp",
                              r"actors/core/.*\.cpp", r"actors/(jobs|consent|learning)/.*\.cpp",
                              r"actors/media/bucket\.cpp", r"net/[^/]*\.cpp", r"tools/.*\.cpp"],
     "cryptography stays out of headers and of schema"),
    ("Pango and Cairo", r"(pango|cairo)", [r"actors/media/.*\.cpp"],
     "pages are drawn in actors/media, on threads of their own"),
    ("libcurl", r"curl/", [r"actors/(jobs|core)/.*\.cpp", r"actors/media/bucket\.cpp"],
     "mail goes out in actors/jobs, files in actors/media"),
    ("OpenSSL", r"openssl/", [r"net/[^/]*\.[hc]pp", r"actors/people/.*\.cpp", r"tools/load/.*"],
     "TLS is net's affair"),
    ("zlib", r"zlib\.h", [r"net/[^/]*\.cpp", r"tools/load/.*"], "compression is net's affair"),
    ("libxcrypt", r"crypt\.h", [r"actors/people/.*\.cpp"], "go through actors/people/hasher"),
    ("CLI11", r"CLI/", [r"tools/.*"], "only tools have a command line"),
    ("Catch2", r"catch2/", [], "only tests test"),
]

# A protocol header is read by everyone who talks to the actor: 0.5 s to compile, not 2.
PROTOCOL_CAF = re.compile(
    r"caf/(fwd|type_id|result|typed_actor|is_error_code_enum|allowed_unsafe_message_type)\.hpp")
# Who starts everything has to know everything.
STARTS_EVERYTHING = re.compile(r"actors/root\.[hc]pp")


def layer_of(path):
    """The step of the ladder that a path stands on, or None for what is not ours."""
    parts = path.split("/")
    if len(parts) < 2 or parts[0] not in FOLDERS:
        return None
    return "actors/core" if parts[:2] == ["actors", "core"] else parts[0]


def matches(path, patterns):
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def is_state(path):
    """Whether a header shows the body of an actor, by convention a class NAME_state."""
    return re.search(r"^(class|struct) \w+_state\b[^;]*$",
                     (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE) is not None


def check_own(path, target):
    """Complaints about an include of ours."""
    here, there = layer_of(path), layer_of(target)
    if there is None or not (ROOT / target).exists():
        yield f'"{target}" is not a file of this repository (includes start at its root)'
        return
    if there != here and there not in BELOW[here]:
        yield f"{here} may not include {there}: it walks down the ladder"
    if here == "persistence" and re.match(r"persistence/pg/", path):
        if there == "persistence" and not target.startswith("persistence/pg/"):
            if target != "persistence/protocol.hpp":
                yield "persistence/pg stands below the rest of persistence"
    if here == "net" and there == "actors" and is_state(target):
        yield "net knows protocols, not states: include that area's protocol.hpp"
    if here == "actors" and there == "actors" and not STARTS_EVERYTHING.fullmatch(path):
        same_area = pathlib.PurePath(path).parent == pathlib.PurePath(target).parent
        if not same_area and is_state(target):
            yield "another actor is known by its protocol.hpp, not by its state"
    if here == "actors" and there == "persistence" and target.startswith("persistence/pg/"):
        yield "actors receive a database_actor; libpq's side of persistence is not theirs"
    if path.endswith("/protocol.hpp") and not matches(
            target, [r"schema/.*", r"actors/core/.*", r".*/protocol\.hpp"]):
        if pathlib.PurePath(path).parent != pathlib.PurePath(target).parent:
            yield "a protocol includes schema, actors/core, other protocols and its own area"
        elif re.search(r'#include <caf/', (ROOT / target).read_text(encoding="utf-8")):
            yield "a protocol's own area may be included where it knows no actors"


def check_foreign(path, target):
    """Complaints about an include of somebody else's."""
    here = layer_of(path)
    if target == "caf/all.hpp":
        yield "caf/all.hpp costs two seconds per file: include the narrow header"
    if here == "tests":
        return
    for name, headers, homes, instead in LIBRARIES:
        if re.match(headers, target) and not matches(path, homes):
            yield f"{name} is not for this file: {instead}"
    if path.endswith(".hpp") and re.match(r"spdlog/(?!fwd\.h)", target):
        yield "a header needs only spdlog/fwd.h"
    if path.endswith("/protocol.hpp") and re.match(r"caf/", target):
        if not PROTOCOL_CAF.fullmatch(target) and not path.startswith("actors/core/"):
            yield "a protocol header includes nothing heavier than caf/type_id.hpp"


def check_file(file):
    path = file.relative_to(ROOT).as_posix()
    text = file.read_text(encoding="utf-8")
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield 1, "a header starts with #pragma once"
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            check = check_own if found[1] == '"' else check_foreign
            for complaint in check(path, found[2]):
                yield number, f"{line.strip()}: {complaint}"
        if "CAF_MAJOR_VERSION" in line and path != "actors/core/caf.hpp":
            yield number, "only actors/core/caf.hpp knows which CAF this is"


def main():
    files = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*")
                   if file.suffix in (".hpp", ".cpp", ".h"))
    complaints = 0
    for file in files:
        for number, text in check_file(file):
            print(f"{file.relative_to(ROOT)}:{number}: {text}")
            complaints += 1
    if complaints:
        print(f"layers: {complaints} complaints in {len(files)} files", file=sys.stderr)
        return 1
    print(f"layers: {len(files)} files climb the ladder")
    return 0


if __name__ == "__main__":
    sys.exit(main())
