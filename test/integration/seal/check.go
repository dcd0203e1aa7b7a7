// Reads a log folder with nothing but golang.org/x/mod/sumdb: the checkpoint as a signed note, every entry by its record
// proof, and an older checkpoint by its tree proof.
//
//	check FOLDER VKEY OLDER-CHECKPOINT-FILE
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		// x/mod names the height of a tile in its path; C2SP does not.
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error) {
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func open(file, vkey string) tlog.Tree {
	data, err := os.ReadFile(file)
	must(err)
	verifier, err := note.NewVerifier(vkey)
	must(err)
	n, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func entries(f folder, tree tlog.Tree) [][]byte {
	var all [][]byte
	for from := int64(0); from < tree.N; from += 256 {
		width := 256
		if tree.N-from < 256 {
			width = int(tree.N - from)
		}
		t := tlog.Tile{H: 8, L: 0, N: from / 256, W: width}
		path := strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		must(err)
		for len(data) > 0 {
			n := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+n])
			data = data[2+n:]
		}
	}
	return all
}

func main() {
	f := folder(os.Args[1])
	tree := open(filepath.Join(os.Args[1], "checkpoint"), os.Args[2])
	older := open(os.Args[3], os.Args[2])
	hashes := tlog.TileHashReader(tree, f)

	all := entries(f, tree)
	if int64(len(all)) != tree.N {
		must(fmt.Errorf("%d entries for size %d", len(all), tree.N))
	}
	for i, entry := range all {
		proof, err := tlog.ProveRecord(tree.N, int64(i), hashes)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry)))
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	must(err)
	must(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
	fmt.Println("OK", tree.N, "entries, consistent since", older.N)
}
