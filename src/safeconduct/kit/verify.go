// Verify a log, or a proof that an entry is in one, offline: one file, on Go's standard library alone (1.27 or later).
//
//	go build -o verify verify.go
//	./verify log LOGFOLDER --policy policy.txt
//	./verify proof NAME.tlog-proof --entry ENTRYFILE --policy policy.txt
//
// It ends 0 if all is as it should be, 1 if something is not, which it says, and 2 if it was called wrongly.
//
// It is written from the standards and shares no code with the program that writes the log: c2sp.org/signed-note,
// tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof and tlog-policy, over RFC 6962. Signatures are verified by Go's
// own crypto/ed25519 and crypto/mldsa. `verify.py` beside it does the same in Python and says the same words. It knows what
// lies in the folder and nothing else: that the log has not been cut short, or told otherwise to others, it cannot see.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/mldsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

type hash = [32]byte

// wrong: something is not as it should be. miscalled: a file or folder was named that cannot be read.
type wrong string
type miscalled string

func (w wrong) Error() string     { return string(w) }
func (m miscalled) Error() string { return string(m) }

func amiss(form string, said ...any) error { return wrong(fmt.Sprintf(form, said...)) }

// Texts: each has one way of being written.

func numberOf(said, what string) (uint64, error) {
	number, err := strconv.ParseUint(said, 10, 63)
	if err != nil || strconv.FormatUint(number, 10) != said {
		return 0, amiss("%s is no number in plain figures", what)
	}
	return number, nil
}

func bytesOf(said, what string) ([]byte, error) {
	found, err := base64.StdEncoding.DecodeString(said)
	if err != nil || base64.StdEncoding.EncodeToString(found) != said {
		return nil, amiss("%s is no base64, or not in its one form", what)
	}
	return found, nil
}

func hashOf(said, what string) (hash, error) {
	found, err := bytesOf(said, what)
	if err == nil && len(found) != 32 {
		err = amiss("%s is no hash of 32 bytes", what)
	}
	if err != nil {
		return hash{}, err
	}
	return hash(found), nil
}

func textOf(said []byte, what, allowed string) (string, error) {
	if !utf8.Valid(said) {
		return "", amiss("%s is not UTF-8", what)
	}
	for _, one := range said {
		if one < ' ' && strings.IndexByte(allowed, one) < 0 {
			return "", amiss("%s has a control character", what)
		}
	}
	return string(said), nil
}

// plain gives a name as it can be printed without it moving a cursor or passing for another.
func plain(said string) string {
	var out strings.Builder
	for _, char := range said {
		if ' ' <= char && char <= '~' {
			out.WriteRune(char)
		} else {
			fmt.Fprintf(&out, "\\u{%x}", char)
		}
	}
	return out.String()
}

// The tree (RFC 6962, 2.1).

func leaf(entry []byte) hash {
	hashing := sha256.New()
	hashing.Write([]byte{0})
	hashing.Write(entry)
	return hash(hashing.Sum(nil))
}

func node(left, right hash) hash {
	var both [65]byte
	both[0] = 1
	copy(both[1:], left[:])
	copy(both[33:], right[:])
	return sha256.Sum256(both[:])
}

// perfect is the root over a power of two of hashes.
func perfect(row []hash) hash {
	if len(row) == 1 {
		return row[0]
	}
	half := len(row) / 2
	return node(perfect(row[:half]), perfect(row[half:]))
}

// joined is what lies above a row of fewer than 256 hashes and whatever stands to its right.
func joined(row []hash, right *hash) *hash {
	end := len(row)
	for bit := 1; bit < 256; bit <<= 1 {
		if len(row)&bit != 0 {
			peak := perfect(row[end-bit : end])
			if right != nil {
				peak = node(peak, *right)
			}
			right, end = &peak, end-bit
		}
	}
	return right
}

// climbs tells whether a path leads from the leaf at an index to a root (RFC 9162, 2.1.3.2).
func climbs(index, size uint64, hashed hash, path []hash, root hash) bool {
	if index >= size {
		return false
	}
	here, last := index, size-1
	for _, other := range path {
		if last == 0 {
			return false
		}
		if here&1 == 1 || here == last {
			hashed = node(other, hashed)
			for here&1 == 0 && here != 0 {
				here, last = here>>1, last>>1
			}
		} else {
			hashed = node(hashed, other)
		}
		here, last = here>>1, last>>1
	}
	return last == 0 && hashed == root
}

// Keys, and notes (signed-note).

const (
	ed25519Kind = 0x01
	cosignature = 0x04
	mlDSA44     = 0x06
)

var kinds = map[byte]string{ed25519Kind: "Ed25519", cosignature: "Ed25519 with a time", mlDSA44: "ML-DSA-44"}

type key struct {
	name   string
	kind   byte
	public string
}

func (k key) id() string {
	whole := sha256.Sum256([]byte(k.name + "\n" + string([]byte{k.kind}) + k.public))
	return string(whole[:4])
}

func (k key) String() string {
	return fmt.Sprintf("%s+%s (%s)", plain(k.name), hex.EncodeToString([]byte(k.id())), kinds[k.kind])
}

func keyOf(said string) (key, error) {
	name, rest, _ := strings.Cut(said, "+")
	figures, body, _ := strings.Cut(rest, "+")
	if err := nameIsGood(name); err != nil {
		return key{}, err
	}
	material, err := bytesOf(body, "a verifier's key")
	if err != nil {
		return key{}, err
	}
	if len(material) == 0 || kinds[material[0]] == "" {
		return key{}, amiss("a verifier's key is of a kind that is not verified here")
	}
	found := key{name, material[0], string(material[1:])}
	length := 32
	if found.kind == mlDSA44 {
		length = 1312
	}
	if len(found.public) != length {
		return key{}, amiss("a verifier's key has not the length of its kind")
	}
	if figures != hex.EncodeToString([]byte(found.id())) {
		return key{}, amiss("a verifier's key has another id than it says")
	}
	if found.kind != mlDSA44 && !isPoint([]byte(found.public)) {
		return key{}, amiss("a verifier's key is no key of Ed25519")
	}
	return found, nil
}

// isPoint tells whether 32 bytes say a point of Ed25519 in the one way (RFC 8032, 5.1.3) that is not of small order: for a
// key of small order anybody can sign anything. crypto/ed25519 takes both.
func isPoint(public []byte) bool {
	said := bytes.Clone(public)
	said[31] &= 0x7f
	slices.Reverse(said)
	y, one := new(big.Int).SetBytes(said), big.NewInt(1)
	p := new(big.Int).Sub(new(big.Int).Lsh(one, 255), big.NewInt(19))
	if y.Cmp(p) >= 0 {
		return false
	}
	d := new(big.Int).ModInverse(big.NewInt(121666), p)
	d.Mul(d, big.NewInt(-121665)).Mod(d, p)
	square := new(big.Int).Mul(y, y)
	square.Mod(square, p)
	above := new(big.Int).Sub(square, one)
	below := new(big.Int).Mul(d, square)
	below.Add(below, one)
	// x**2 = above / below is a square if above * below is; it is 0 for the points of orders 1 and 2.
	if big.Jacobi(above.Mul(above, below).Mod(above, p), p) != 1 {
		return false
	}
	// Of order 4 is y = 0; of order 8 are the y with d * y**4 + 2 * y**2 - 1 = 0, where doubling comes to y = 0.
	eighth := new(big.Int).Mul(d, square)
	eighth.Add(eighth, big.NewInt(2)).Mul(eighth, square).Sub(eighth, one).Mod(eighth, p)
	return y.Sign() != 0 && eighth.Sign() != 0
}

func nameIsGood(name string) error {
	if name == "" || strings.Contains(name, "+") || strings.IndexFunc(name, unicode.IsSpace) >= 0 {
		return amiss("the name of a key is empty, or has a space or a plus sign")
	}
	return nil
}

type signature struct{ name, id, value string }

type note struct {
	text       string
	signatures []signature
}

const longestNote = 1 << 19

func noteOf(said []byte) (note, error) {
	if len(said) > longestNote {
		return note{}, amiss("the note is too long")
	}
	whole, err := textOf(said, "the note", "\n")
	if err != nil {
		return note{}, err
	}
	divided := strings.LastIndex(whole, "\n\n")
	if divided < 0 {
		return note{}, amiss("the note has no empty line before its signatures")
	}
	below, ended := strings.CutSuffix(whole[divided+2:], "\n")
	if !ended {
		return note{}, amiss("the note does not end in a line feed")
	}
	found := note{text: whole[:divided+1]}
	for line := range strings.SplitSeq(below, "\n") {
		one, err := signatureOf(line)
		if err != nil {
			return note{}, err
		}
		found.signatures = append(found.signatures, one)
	}
	if len(found.signatures) > 64 {
		return note{}, amiss("the note has too many signatures")
	}
	return found, nil
}

func signatureOf(line string) (signature, error) {
	words := strings.SplitN(line, " ", 3)
	if len(words) != 3 || words[0] != "—" {
		return signature{}, amiss("a signature's line is not a dash, a name and base64")
	}
	if err := nameIsGood(words[1]); err != nil {
		return signature{}, err
	}
	value, err := bytesOf(words[2], "a signature")
	if err != nil {
		return signature{}, err
	}
	if len(value) < 5 {
		return signature{}, amiss("a signature is too short")
	}
	return signature{words[1], string(value[:4]), string(value[4:])}, nil
}

// Checkpoints and what is signed of them (tlog-checkpoint, tlog-cosignature).

type checkpoint struct {
	origin string
	size   uint64
	root   hash
	text   string
}

func checkpointOf(text string) (checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, amiss("the checkpoint is not of three lines: origin, size and root")
	}
	if lines[0] == "" {
		return checkpoint{}, amiss("the checkpoint names no origin")
	}
	size, err := numberOf(lines[1], "the checkpoint's size")
	if err != nil {
		return checkpoint{}, err
	}
	root, err := hashOf(lines[2], "the checkpoint's root")
	if err != nil {
		return checkpoint{}, err
	}
	if size == 0 && root != sha256.Sum256(nil) {
		return checkpoint{}, amiss("the checkpoint is of no entries and has another root than that of none")
	}
	return checkpoint{lines[0], size, root, text}, nil
}

func signedMessage(tree checkpoint, by key, at uint64) ([]byte, error) {
	switch by.kind {
	case ed25519Kind:
		return []byte(tree.text), nil
	case cosignature:
		return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, tree.text), nil
	}
	if len(by.name) > 255 || len(tree.origin) > 255 {
		return nil, amiss("a name is longer than a cosignature can say")
	}
	said := append([]byte("subtree/v1\n\x00"), byte(len(by.name)))
	said = binary.BigEndian.AppendUint64(append(said, by.name...), at)
	said = append(append(said, byte(len(tree.origin))), tree.origin...)
	said = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(said, 0), tree.size)
	return append(said, tree.root[:]...), nil
}

func holds(by key, made string, over []byte) bool {
	if by.kind != mlDSA44 {
		return ed25519.Verify(ed25519.PublicKey(by.public), over, []byte(made))
	}
	public, err := mldsa.NewPublicKey(mldsa.MLDSA44(), []byte(by.public))
	return err == nil && mldsa.Verify(public, over, []byte(made), nil) == nil
}

// signedAt is when a key signed: the latest of its signatures, 0 where they say no time, nil where there is none.
// A line that says it is by this key and does not hold spoils the whole note.
func signedAt(from note, tree checkpoint, by key) (*uint64, error) {
	var latest *uint64
	for _, one := range from.signatures {
		if one.name != by.name || one.id != by.id() {
			continue
		}
		at, made := uint64(0), one.value
		if by.kind != ed25519Kind {
			if len(made) <= 8 {
				return nil, amiss("a cosignature has no time that there is")
			}
			at, made = binary.BigEndian.Uint64([]byte(made[:8])), made[8:]
			if at >= 1<<63 {
				return nil, amiss("a cosignature has no time that there is")
			}
		}
		over, err := signedMessage(tree, by, at)
		if err != nil {
			return nil, err
		}
		if !holds(by, made, over) {
			return nil, amiss("a signature does not hold that says it is by a known key")
		}
		if latest == nil || at > *latest {
			latest = &at
		}
	}
	return latest, nil
}

// The policy (tlog-policy): whom to believe.

// saysNoEvidence tells whether a line of a policy is the comment that it is not evidence, however it is set.
func saysNoEvidence(line string) bool {
	words := strings.FieldsFunc(strings.ToLower(line), func(char rune) bool { return char < 'a' || char > 'z' })
	return strings.HasPrefix(strings.Trim(line, " \t"), "#") && strings.Join(words, " ") == "not evidence"
}

type witness struct {
	name string
	key  key
}

type group struct {
	least   uint64
	members []string
}

type policy struct {
	logs      []key
	witnesses []witness
	groups    map[string]group
	order     []string // of the groups
	known     map[string]bool // `none`, witnesses and groups
	grouped   map[string]bool
	quorum    string
	evidence  bool
}

func (p *policy) isMet(name string, cosigned map[string]bool) bool {
	one, grouped := p.groups[name]
	if !grouped {
		return name == "none" || cosigned[name]
	}
	enough := uint64(0)
	for _, member := range one.members {
		if p.isMet(member, cosigned) {
			enough++
		}
	}
	return enough >= one.least
}

// counting are the witnesses that count for the quorum; all of them where none is asked for.
func (p *policy) counting() map[string]bool {
	above := map[string]bool{p.quorum: true}
	for _, name := range slices.Backward(p.order) { // a group stands after its members
		if above[name] {
			for _, member := range p.groups[name].members {
				above[member] = true
			}
		}
	}
	if p.quorum == "none" {
		for _, one := range p.witnesses {
			above[one.name] = true
		}
	}
	return above
}

func policyOf(said []byte) (*policy, error) {
	if len(said) > 1<<20 {
		return nil, amiss("the policy is too long")
	}
	text, err := textOf(said, "the policy", "\t\n")
	if err != nil {
		return nil, err
	}
	if strings.Contains(text, "\x7f") {
		return nil, amiss("the policy has a control character")
	}
	p := &policy{groups: map[string]group{}, known: map[string]bool{"none": true}, grouped: map[string]bool{}, evidence: true}
	for number, line := range strings.Split(text, "\n") {
		words := strings.FieldsFunc(line, func(char rune) bool { return char == ' ' || char == '\t' })
		if saysNoEvidence(line) {
			p.evidence = false
		}
		if len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			if err := p.take(words); err != nil {
				return nil, amiss("the policy's line %d: %v", number+1, err)
			}
		}
	}
	if p.quorum == "" {
		return nil, amiss("the policy has no line `quorum`")
	}
	return p, nil
}

func (p *policy) take(words []string) error {
	first, count := words[0], len(words)
	switch {
	case first == "log" && (count == 2 || count == 3):
		found, err := p.fresh("log", words[1], ed25519Kind)
		if err != nil {
			return err
		}
		p.logs = append(p.logs, found)
	case first == "witness" && (count == 3 || count == 4):
		if p.known[words[1]] {
			return amiss("the name is given already")
		}
		found, err := p.fresh("witness", words[2], cosignature)
		if err != nil {
			return err
		}
		p.witnesses = append(p.witnesses, witness{words[1], found})
		p.known[words[1]] = true
	case first == "group" && count > 3:
		if p.known[words[1]] {
			return amiss("the name is given already")
		}
		found, err := p.group(words[2], words[3:])
		if err != nil {
			return err
		}
		p.groups[words[1]] = found
		p.order = append(p.order, words[1])
		p.known[words[1]] = true
	case first == "quorum" && count == 2 && p.quorum == "":
		if !p.known[words[1]] {
			return amiss("the quorum is no witness or group of a line before")
		}
		p.quorum = words[1]
	default:
		return amiss("that is no line of a policy, or one too many")
	}
	if len(p.known)+len(p.logs) > 256 {
		return amiss("the policy has too many lines")
	}
	return nil
}

func (p *policy) fresh(role, written string, kind byte) (key, error) {
	found, err := keyOf(written)
	if err != nil {
		return key{}, err
	}
	if found.kind != kind && found.kind != mlDSA44 {
		return key{}, amiss("the key is of a kind that no %s signs with", role)
	}
	others := slices.Clone(p.logs)
	for _, one := range p.witnesses {
		others = append(others, one.key)
	}
	for _, other := range others {
		if other.public == found.public {
			return key{}, amiss("the key is given already")
		}
	}
	return found, nil
}

func (p *policy) group(least string, members []string) (group, error) {
	for _, member := range members {
		if !p.known[member] || member == "none" {
			return group{}, amiss("a member is no witness or group of a line before")
		}
		if p.grouped[member] {
			return group{}, amiss("a member belongs to a group already")
		}
		p.grouped[member] = true
	}
	enough, err := uint64(1), error(nil)
	switch least {
	case "any":
	case "all":
		enough = uint64(len(members))
	default:
		if enough, err = numberOf(least, "the least number"); err != nil {
			return group{}, err
		}
	}
	if enough < 1 || enough > uint64(len(members)) {
		return group{}, amiss("the least number is not from one to as many as there are members")
	}
	return group{enough, members}, nil
}

// believed is the checkpoint of a note that the policy believes, and who signed it, in lines to be printed.
func believed(from note, p *policy) (checkpoint, []string, error) {
	tree, err := checkpointOf(from.text)
	if err != nil {
		return tree, nil, err
	}
	lines := []string{
		"origin   " + plain(tree.origin),
		fmt.Sprintf("size     %d", tree.size),
		"root     " + base64.StdEncoding.EncodeToString(tree.root[:]),
	}
	own := false
	for _, one := range p.logs {
		at, err := signedAt(from, tree, one)
		if err != nil {
			return tree, nil, err
		}
		if one.name == tree.origin {
			said := "has not signed"
			if at != nil {
				said, own = "signed", true
			}
			lines = append(lines, fmt.Sprintf("log key  %v: %s", one, said))
		}
	}
	counting, cosigned, times := p.counting(), map[string]bool{}, []uint64{}
	for _, one := range p.witnesses {
		at, err := signedAt(from, tree, one.key)
		if err != nil {
			return tree, nil, err
		}
		said := "has not cosigned"
		switch {
		case at != nil && *at == 0:
			said = "cosigned without a time, which does not count"
		case at != nil:
			said = "cosigned at " + day(*at)
			if counting[one.name] {
				cosigned[one.name] = true
				times = append(times, *at)
			}
		}
		if !counting[one.name] {
			said += ", outside the quorum"
		}
		lines = append(lines, fmt.Sprintf("witness  %s, %v: %s", plain(one.name), one.key, said))
	}
	if !own {
		return tree, nil, amiss("no log of the policy has signed it under its own name")
	}
	if !p.isMet(p.quorum, cosigned) {
		return tree, nil, amiss("the quorum `%s` has not cosigned it", plain(p.quorum))
	}
	met, median := "met", "none that a witness says"
	if p.quorum == "none" {
		met = "asks for no witness"
	}
	if len(times) > 0 {
		slices.Sort(times)
		median = day(times[(len(times)-1)/2]) + ", the median of the witnesses' times"
	}
	return tree, append(lines, "quorum   "+plain(p.quorum)+": "+met, "time     "+median), nil
}

func day(at uint64) string {
	if at > 253402300799 {
		return fmt.Sprintf("%d seconds after 1970", at)
	}
	return time.Unix(int64(at), 0).UTC().Format("2006-01-02T15:04:05Z")
}

// The log (tlog-tiles): everything is computed anew from the entries and compared.

type place struct {
	level string
	index uint64
	width int
}

func (p place) base() string {
	path := fmt.Sprintf("%03d", p.index%1000)
	for rest := p.index / 1000; rest > 0; rest /= 1000 {
		path = fmt.Sprintf("x%03d/%s", rest%1000, path)
	}
	return "tile/" + p.level + "/" + path
}

func (p place) path() string {
	if p.width == 256 {
		return p.base()
	}
	return fmt.Sprintf("%s.p/%d", p.base(), p.width)
}

func places(level string, count uint64) []place {
	var found []place
	for index := range (count + 255) / 256 {
		found = append(found, place{level, index, int(min(256, count-256*index))})
	}
	return found
}

const longestBundle = 256 * (2 + 0xFFFF)

func because(err error) string {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		err = fault.Err
	}
	return strings.ToLower(err.Error())
}

func upTo(path string, longest int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, longest+1))
}

func contentOf(folder, path string, longest int64) ([]byte, error) {
	content, err := upTo(filepath.Join(folder, filepath.FromSlash(path)), longest)
	if err != nil {
		return nil, amiss("%s cannot be read: %s", plain(path), because(err))
	}
	return content, nil
}

// lying is everything that lies under tile/, links to folders included.
func lying(folder string) (map[string]bool, error) {
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS(folder), "tile", func(path string, entry fs.DirEntry, err error) error {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return amiss("a folder cannot be read: %s", because(err))
		}
		if err == nil && !entry.IsDir() {
			found[path] = true
		}
		return nil
	})
	return found, err
}

// olderOf are the partial tiles of earlier sizes that still lie there, by the path of the tile that they were to become.
// A log may keep or delete them. What is neither one of them nor a tile of this size has no business there.
func olderOf(paths map[string]bool, size uint64) (map[string][]int, error) {
	if (size+255)/256 > uint64(len(paths)) {
		return nil, amiss("the folder has too few files for a log of %d entries", size)
	}
	needed, widths := places("entries", size), map[string]int{}
	for level, count := 0, size; count > 0; level, count = level+1, count>>8 {
		needed = append(needed, places(strconv.Itoa(level), count)...)
	}
	var missing, stray []string
	wanted := map[string]bool{}
	for _, one := range needed {
		wanted[one.path()] = true
		widths[one.base()] = one.width
		if !paths[one.path()] {
			missing = append(missing, one.path())
		}
	}
	if len(missing) > 0 {
		return nil, amiss("%s is missing%s", slices.Min(missing), more(missing))
	}
	older := map[string][]int{}
	for path := range paths {
		if wanted[path] {
			continue
		}
		at := strings.LastIndex(path, ".p/")
		if at >= 0 {
			width, err := numberOf(path[at+3:], "")
			if err == nil && width > 0 && width < uint64(widths[path[:at]]) {
				older[path[:at]] = append(older[path[:at]], int(width))
				continue
			}
		}
		stray = append(stray, path)
	}
	if len(stray) > 0 {
		return nil, amiss("%s is no file of a log of %d entries%s", plain(slices.Min(stray)), size, more(stray))
	}
	return older, nil
}

func more(paths []string) string {
	if len(paths) > 1 {
		return fmt.Sprintf(", and %d more", len(paths)-1)
	}
	return ""
}

// bundle gives the hashes of the entries in a bundle, and where each entry begins, and where the last ends.
func bundle(from place, content []byte) ([]hash, []int, error) {
	hashes, begins, at := make([]hash, 0, from.width), []int{0}, 0
	for range from.width {
		begin := at + 2
		if begin > len(content) || begin+int(binary.BigEndian.Uint16(content[at:])) > len(content) {
			return nil, nil, amiss("%s ends in the middle of an entry", from.path())
		}
		at = begin + int(binary.BigEndian.Uint16(content[at:]))
		hashes = append(hashes, leaf(content[begin:at]))
		begins = append(begins, at)
	}
	if at != len(content) {
		return nil, nil, amiss("%s holds more than %d entries", from.path(), from.width)
	}
	return hashes, begins, nil
}

type audit struct {
	folder string
	older  map[string][]int
}

func (a audit) compareOlder(one place, whole []byte, ends func(int) int) error {
	widths := slices.Clone(a.older[one.base()])
	sort.Ints(widths)
	for _, width := range widths {
		path := fmt.Sprintf("%s.p/%d", one.base(), width)
		content, err := contentOf(a.folder, path, longestBundle)
		if err != nil {
			return err
		}
		if !bytes.Equal(content, whole[:ends(width)]) {
			return amiss("%s is not the beginning of what it became", path)
		}
	}
	return nil
}

func (a audit) hashed(one place) ([]hash, error) {
	content, err := contentOf(a.folder, one.path(), longestBundle)
	if err != nil {
		return nil, err
	}
	hashes, begins, err := bundle(one, content)
	if err != nil {
		return nil, err
	}
	return hashes, a.compareOlder(one, content, func(width int) int { return begins[width] })
}

func (a audit) compared(one place, part []hash) error {
	whole := make([]byte, 0, 32*len(part))
	for _, each := range part {
		whole = append(whole, each[:]...)
	}
	content, err := contentOf(a.folder, one.path(), 8192)
	if err != nil {
		return err
	}
	if !bytes.Equal(content, whole) {
		return amiss("%s does not hold the hashes of what lies below it", one.path())
	}
	return a.compareOlder(one, whole, func(width int) int { return 32 * width })
}

// each does something with every number below `count`, on all cores; of several faults the first in order is given.
func each(count int, do func(int) error) error {
	faults, numbers := make([]error, count), make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for number := range numbers {
				faults[number] = do(number)
			}
		})
	}
	for number := range count {
		numbers <- number
	}
	close(numbers)
	workers.Wait()
	for _, fault := range faults {
		if fault != nil {
			return fault
		}
	}
	return nil
}

// audited tells that a folder is the log of a checkpoint, in a line to be printed.
func audited(folder string, tree checkpoint) (string, error) {
	paths, err := lying(folder)
	if err != nil {
		return "", err
	}
	older, err := olderOf(paths, tree.size)
	if err != nil {
		return "", err
	}
	a, row := audit{folder, older}, make([]hash, tree.size)
	bundles := places("entries", tree.size)
	err = each(len(bundles), func(number int) error {
		hashes, err := a.hashed(bundles[number])
		copy(row[256*number:], hashes)
		return err
	})
	if err != nil {
		return "", err
	}
	var above *hash
	for level, count := 0, tree.size; count > 0; level, count = level+1, count>>8 {
		tiles, tops := places(strconv.Itoa(level), count), make([]hash, count>>8)
		err := each(len(tiles), func(number int) error {
			part := row[256*number : 256*number+tiles[number].width]
			if len(part) == 256 {
				tops[number] = perfect(part)
			}
			return a.compared(tiles[number], part)
		})
		if err != nil {
			return "", err
		}
		above, row = joined(row[256*len(tops):], above), tops
	}
	if tree.size > 0 && *above != tree.root {
		return "", amiss("the entries make another root than the checkpoint says")
	}
	said, kept := "log      complete up to this size; every tile and the root computed from the entries", 0
	for _, widths := range older {
		kept += len(widths)
	}
	if kept > 0 {
		said += fmt.Sprintf("; %d older partial tiles are beginnings of them", kept)
	}
	return said, nil
}

// Proofs (tlog-proof).

func proved(said, entry []byte, p *policy) ([]string, error) {
	if len(said) > longestNote+(1<<18) {
		return nil, amiss("the proof is too long")
	}
	head, below, divided := bytes.Cut(said, []byte("\n\n"))
	text, err := textOf(head, "the proof", "\n")
	if err != nil {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !divided {
		return nil, amiss("the proof does not begin as one does, or has no checkpoint")
	}
	lines = lines[1:]
	var extra []byte
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if extra, err = bytesOf(lines[0][6:], "the proof's extra"); err != nil {
			return nil, err
		}
		if len(extra) == 0 {
			return nil, amiss("the proof's extra is empty")
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return nil, amiss("the proof names no index")
	}
	index, err := numberOf(lines[0][6:], "the proof's index")
	if err != nil {
		return nil, err
	}
	lines = lines[1:]
	if len(lines) > 63 {
		return nil, amiss("the proof's path is longer than that of any tree")
	}
	var path []hash
	for _, line := range lines {
		one, err := hashOf(line, "the proof's path")
		if err != nil {
			return nil, err
		}
		path = append(path, one)
	}
	from, err := noteOf(below)
	if err != nil {
		return nil, err
	}
	tree, told, err := believed(from, p)
	if err != nil {
		return nil, err
	}
	if !climbs(index, tree.size, leaf(entry), path, tree.root) {
		return nil, amiss("the path does not lead from the entry to the checkpoint's root")
	}
	told = append(told, fmt.Sprintf("entry    %d bytes, in the log at index %d", len(entry), index))
	if len(extra) > 0 {
		told = append(told, fmt.Sprintf("extra    %d bytes, for which nobody vouches", len(extra)))
	}
	return told, nil
}

// The command.

const usage = `usage: verify log LOGFOLDER --policy policy.txt
       verify proof NAME.tlog-proof --entry ENTRYFILE --policy policy.txt`

type call struct{ what, subject, entry, policy string }

func callOf(words []string) (call, error) {
	said, free := map[string]string{}, []string{}
	for at := 0; at < len(words); at++ {
		name, value, joined := strings.Cut(words[at], "=")
		if name != "--policy" && name != "--entry" {
			free = append(free, words[at])
			continue
		}
		if !joined {
			if at++; at == len(words) {
				return call{}, miscalled(usage)
			}
			value = words[at]
		}
		said[name] = value
	}
	_, entry := said["--entry"]
	_, policy := said["--policy"]
	if len(free) != 2 || !policy || !(free[0] == "log" && !entry || free[0] == "proof" && entry) {
		return call{}, miscalled(usage)
	}
	return call{free[0], free[1], said["--entry"], said["--policy"]}, nil
}

func named(path string, longest int64) ([]byte, error) {
	content, err := upTo(path, longest)
	if err != nil {
		return nil, miscalled(plain(path) + " cannot be read: " + because(err))
	}
	return content, nil
}

func verified(words []string) ([]string, error) {
	asked, err := callOf(words)
	if err != nil {
		return nil, err
	}
	if about, err := os.Stat(asked.subject); asked.what == "log" && (err != nil || !about.IsDir()) {
		return nil, miscalled(plain(asked.subject) + " is no folder")
	}
	said, err := named(asked.policy, 1<<20)
	if err != nil {
		return nil, err
	}
	p, err := policyOf(said)
	if err != nil {
		return nil, err
	}
	var lines []string
	if asked.what == "log" {
		lines, err = ofLog(asked.subject, p)
	} else {
		lines, err = ofProof(asked, p)
	}
	if err != nil {
		return nil, err
	}
	if !p.evidence {
		lines = append(lines, "NO EVIDENCE: the policy says of itself that what it believes proves nothing outside of a trial.")
	}
	return append(lines, "verified"), nil
}

func ofLog(folder string, p *policy) ([]string, error) {
	said, err := contentOf(folder, "checkpoint", longestNote)
	if err != nil {
		return nil, err
	}
	from, err := noteOf(said)
	if err != nil {
		return nil, err
	}
	tree, lines, err := believed(from, p)
	if err != nil {
		return nil, err
	}
	line, err := audited(folder, tree)
	return append(lines, line), err
}

func ofProof(asked call, p *policy) ([]string, error) {
	proof, err := named(asked.subject, longestNote+(1<<18))
	if err != nil {
		return nil, err
	}
	entry, err := named(asked.entry, 1<<62)
	if err != nil {
		return nil, err
	}
	return proved(proof, entry, p)
}

func main() {
	lines, err := verified(os.Args[1:])
	var call miscalled
	switch {
	case errors.As(err, &call):
		fmt.Fprintln(os.Stderr, "called wrongly:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "NOT VERIFIED:", err)
		os.Exit(1)
	}
	fmt.Println(strings.Join(lines, "\n"))
}
