// Verifies a journal with what the Go team wrote for its checksum database: golang.org/x/mod/sumdb/note and tlog. Ours is
// only what reads files and cuts lines (docs/seal.md, "Line"). Debian has the package: golang-golang-x-mod-dev.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go <root vkey> <file>…
//
// It prints "intact", or the first line that is not what was sealed. It does not check that a leaf is in JCS form, or that an
// entry stands in the file of its day; and it calls every log that was not closed "not intact", also one that is alive.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var seal = regexp.MustCompile(`,"chain_hash":"([A-Za-z0-9+/]{43}=)","signature":"([A-Za-z0-9+/=]*)"\}$`)

type head struct {
	Log       string
	Size      int64
	ChainHash string `json:"chain_hash"`
}

type entry struct {
	Log       string
	Seq       int64
	EventType string `json:"event_type"`
	Detail    struct {
		LogKey     string `json:"log_key"`
		Delegation string
		Links      []head
	}
}

// One log: the hashes that tlog stores for it, and its root at every size.
type log struct {
	key    note.Verifier
	lines  [][]byte
	hashes []tlog.Hash
	roots  []tlog.Hash
	signed int64
	closed bool
}

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = l.hashes[index]
	}
	return found, nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "Usage: go run verify.go <root vkey> <file>…, or @public-key.txt <file>…")
		os.Exit(3)
	}
	key := os.Args[1]
	if strings.HasPrefix(key, "@") {
		text, err := os.ReadFile(key[1:])
		try("the root key", err)
		key = string(text)
	}
	root, err := note.NewVerifier(strings.TrimSpace(key))
	try("the root key", err)
	logs := map[string]*log{}
	var links []head
	for _, path := range os.Args[2:] {
		read(path, func(line []byte, number int) {
			where := fmt.Sprintf("%s:%d", path, number)
			e, add := entry{}, seal.FindSubmatchIndex(line)
			if add == nil || json.Unmarshal(line, &e) != nil {
				fail(where, "not an entry")
			}
			l := logs[e.Log]
			if l == nil {
				l = &log{}
				logs[e.Log] = l
			}
			if e.Seq < int64(len(l.lines)) && bytes.Equal(l.lines[e.Seq], line) {
				return // the same line again
			}
			l.judge(e, line, add, root, where)
			if e.Seq == 0 {
				links = append(links, e.Detail.Links...)
			}
		})
	}
	for origin, l := range logs {
		l.finish(origin)
	}
	for _, link := range links {
		l := logs[link.Log]
		if l == nil || int64(len(l.roots)) < link.Size || l.roots[link.Size-1].String() != link.ChainHash {
			fail(link.Log, "a later log knew another history of it")
		}
	}
	if len(logs) == 0 {
		fail("the journal", "nothing is there")
	}
	fmt.Println("intact")
}

func (l *log) judge(e entry, line []byte, add []int, root note.Verifier, where string) {
	if e.Seq != int64(len(l.lines)) || l.closed {
		fail(where, "lines are missing, or stand in another order")
	}
	if e.Seq == 0 {
		delegation, err := note.Open([]byte(e.Detail.Delegation), note.VerifierList(root))
		try(where+": the delegation", err)
		text := strings.Split(delegation.Text, "\n")
		if len(text) != 5 || text[0] != "openrouter-audit/log-delegation/v1" || text[1] != e.Log || text[2] != e.Detail.LogKey {
			fail(where, "the delegation is not that of the log")
		}
		l.key, err = note.NewVerifier(text[2])
		try(where+": the key of the log", err)
	}
	leaf := append(append([]byte{}, line[:add[0]]...), '}')
	stored, err := tlog.StoredHashes(e.Seq, leaf, l)
	try(where, err)
	l.hashes = append(l.hashes, stored...)
	l.lines = append(l.lines, append([]byte{}, line...))
	tree, err := tlog.TreeHash(e.Seq+1, l)
	try(where, err)
	l.roots = append(l.roots, tree)
	chainHash, signature := string(line[add[2]:add[3]]), string(line[add[4]:add[5]])
	if tree.String() != chainHash {
		fail(where, "the line, or one before it, is not what was sealed")
	}
	if signature == "" {
		return
	}
	checkpoint := fmt.Sprintf("%s\n%d\n%s\n\n\u2014 %s %s\n", e.Log, e.Seq+1, chainHash, e.Log, signature)
	if _, err := base64.StdEncoding.Strict().DecodeString(signature); err != nil {
		fail(where, "the signature is not base64")
	}
	_, err = note.Open([]byte(checkpoint), note.VerifierList(l.key))
	try(where+": the signature", err)
	l.signed = e.Seq + 1
	l.closed = e.EventType == "audit.closed"
}

// What the end of a log says, and that tlog's own proofs hold for it.
func (l *log) finish(origin string) {
	size := int64(len(l.lines))
	if l.signed != size || !l.closed {
		fail(origin, "the end is not there, or not signed")
	}
	record, older := size/2, (size+1)/2
	inclusion, err := tlog.ProveRecord(size, record, l)
	try(origin, err)
	add := seal.FindIndex(l.lines[record])
	leaf := append(append([]byte{}, l.lines[record][:add[0]]...), '}')
	try(origin+": inclusion", tlog.CheckRecord(inclusion, size, l.roots[size-1], record, tlog.RecordHash(leaf)))
	consistency, err := tlog.ProveTree(size, older, l)
	try(origin, err)
	try(origin+": consistency", tlog.CheckTree(consistency, size, l.roots[size-1], older, l.roots[older-1]))
}

func read(path string, each func(line []byte, number int)) {
	file, err := os.Open(path)
	try(path, err)
	defer file.Close()
	var lines io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		lines, err = gzip.NewReader(file)
		try(path, err)
	}
	reader := bufio.NewReader(lines)
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return
		}
		try(fmt.Sprintf("%s:%d: the line is not finished", path, number), err)
		if len(line) > 1 {
			each(line[:len(line)-1], number)
		}
	}
}

func try(what string, err error) {
	if err != nil {
		fail(what, err.Error())
	}
}

func fail(what, why string) {
	fmt.Printf("not intact: %q: %q\n", what, why)
	os.Exit(1)
}
