// Runs published vectors through golang.org/x/mod/sumdb/note and tlog, so that what we compare ourselves with is itself
// compared with something. Prints "agrees", or what does not.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = h[index]
	}
	return found, nil
}

func main() {
	var reference struct {
		Leaves []string `json:"leaves_hex"`
		Roots  []string `json:"roots_hex_by_size_1_to_8"`
	}
	read("rfc6962-reference-tree.json", &reference)
	var stored hashes
	for i, leaf := range reference.Leaves {
		data, err := hex.DecodeString(leaf)
		check(err)
		more, err := tlog.StoredHashes(int64(i), data, stored)
		check(err)
		stored = append(stored, more...)
		root, err := tlog.TreeHash(int64(i+1), stored)
		check(err)
		if hex.EncodeToString(root[:]) != reference.Roots[i] {
			check(fmt.Errorf("the root of %d leaves is another", i+1))
		}
	}
	var notes []struct{ Vkey, Note string }
	read("signed-notes.json", &notes)
	for _, each := range notes {
		key, err := note.NewVerifier(each.Vkey)
		check(err)
		_, err = note.Open([]byte(each.Note), note.VerifierList(key))
		check(err)
	}
	proofs := checkProofs()
	if len(reference.Leaves) == 0 || len(notes) == 0 || proofs == 0 {
		check(fmt.Errorf("there are no vectors"))
	}
	fmt.Println("agrees")
}

// The proofs of transparency-dev, right and wrong.
func checkProofs() int {
	paths, err := filepath.Glob(filepath.Join(os.Args[1], "merkle", "*", "*", "*.json"))
	check(err)
	for _, path := range paths {
		var proof struct {
			LeafIdx, TreeSize, Size1, Size2 uint64
			Root, LeafHash, Root1, Root2    []byte
			Proof                           [][]byte
			WantErr                         bool
		}
		text, err := os.ReadFile(path)
		check(err)
		check(json.Unmarshal(text, &proof))
		var found error
		if strings.Contains(path, "inclusion") {
			found = tlog.CheckRecord(list(proof.Proof), int64(proof.TreeSize), hash(proof.Root), int64(proof.LeafIdx), hash(proof.LeafHash))
		} else {
			found = tlog.CheckTree(list(proof.Proof), int64(proof.Size2), hash(proof.Root2), int64(proof.Size1), hash(proof.Root1))
		}
		if (found != nil) != proof.WantErr {
			check(fmt.Errorf("%s: %v", path, found))
		}
	}
	return len(paths)
}

// What has not the length of a hash is none that anybody wants.
func hash(bytes []byte) (found tlog.Hash) {
	if len(bytes) != len(found) {
		return tlog.RecordHash(bytes)
	}
	copy(found[:], bytes)
	return found
}

func list(proof [][]byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(proof))
	for i, bytes := range proof {
		hashes[i] = hash(bytes)
	}
	return hashes
}

func read(name string, into any) {
	text, err := os.ReadFile(filepath.Join(os.Args[1], name))
	check(err)
	check(json.Unmarshal(text, into))
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
