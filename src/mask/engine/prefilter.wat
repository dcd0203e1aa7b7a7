;; The first look at many bytes at once: at which places may a part begin at all?
;;
;; A place may be one when the four bytes from it on are each in the sets of one bucket of parts. There are eight buckets, a bit
;; each; the parts that begin where a word does (not behind a letter or a digit; for words, not behind a letter) are in others
;; than those that begin anywhere. A set is two tables of 16 entries, by the low and by the high half of a byte, and a byte is in
;; it where both have the bit. Many parts have a digit soon, which words have not: their buckets are let off where none of the
;; eight bytes from the place on is one. A place that passes is asked of a table of all four bytes at once, by codes of five bits.
;; All that lets some places too many through and never one too few: what is listed is looked at again.
;;
;; The second look, at what was listed: the automaton runs from each place until no part goes on, or until one ends that what is
;; behind it allows. Where the first happens the place goes from the list; where its end needs a word before it, it is marked.
;;
;; Memory, by address: the tables of the first look; at 0x90010 the window, with what is before it (one byte of it is asked for); at 0xb0000 the list, 16 bits
;; a place; then the automaton as `automaton.ts` describes it: at 0xd0000 `rows`, at 0xd1000 `promiseAt`, at 0xf2000 `entry` and
;; at 0x113000 `plainEntry`, at 0x134000 `promises`, and from 0x234000 on `table`.
(module
  (import "host" "memory" (memory 1))

  ;; Do the four bytes begin a part? `kind`: 1 without a digit soon, 2 behind a byte of a word. The codes of the second to the fourth
  ;; byte are the number of a word of 32 bits in the table of the kind, and that of the first byte is the number of a bit in it.
  (func $begins (param $tables i32) (param $kind i32) (param $at i32) (result i32)
    (local $word i32)
    (local.set $word
      (i32.or
        (i32.load8_u offset=768 (i32.add (local.get $tables) (i32.load8_u offset=1 (local.get $at))))
        (i32.or
          (i32.shl
            (i32.load8_u offset=768 (i32.add (local.get $tables) (i32.load8_u offset=2 (local.get $at))))
            (i32.const 5))
          (i32.shl
            (i32.load8_u offset=768 (i32.add (local.get $tables) (i32.load8_u offset=3 (local.get $at))))
            (i32.const 10)))))
    (i32.and
      (i32.shr_u
        (i32.load offset=1024
          (i32.add
            (i32.add (local.get $tables) (i32.shl (local.get $kind) (i32.const 17)))
            (i32.shl (local.get $word) (i32.const 2))))
        (i32.load8_u offset=512 (i32.add (local.get $tables) (i32.load8_u (local.get $at)))))
      (i32.const 1)))

  ;; tables, at offset 0: the bytes of words by low half, and the bits of the high halves; at 32 four pairs of 16 + 16 bytes for the
  ;; first to the fourth byte; at 160 16 times the buckets that need no digit, and at 176 those that begin anywhere; at 512 the
  ;; code of each first byte, at 768 that of each other, and at 1024 the tables of `begins`, for each of four kinds of places. at: the first place. end: the one after the last place. list: where
  ;; offsets of places from `base` go. Reads up to 32 bytes behind `end`. Returns how many were listed.
  ;; Every byte is looked at once: what is seen of sixteen is kept for the next sixteen, and moved to where it is asked for.
  (func (export "find")
    (param $tables i32) (param $base i32) (param $at i32) (param $end i32) (param $list i32) (result i32)
    (local $to i32) (local $mask i32) (local $far i32) (local $inside i32) (local $kind i32) (local $place i32)
    (local $low v128) (local $x v128) (local $high v128) (local $in v128) (local $apart v128)
    (local $inLow v128) (local $inHigh v128) (local $digitless v128) (local $anywhere v128)
    (local $l1 v128) (local $h1 v128) (local $l2 v128) (local $h2 v128)
    (local $l3 v128) (local $h3 v128) (local $l4 v128) (local $h4 v128)
    ;; Of these sixteen bytes and of the next: not in a word, in the sets of each position, a digit.
    (local $w0 v128) (local $p1 v128) (local $p2 v128) (local $p3 v128) (local $p4 v128) (local $d0 v128)
    (local $w1 v128) (local $n1 v128) (local $n2 v128) (local $n3 v128) (local $n4 v128) (local $d1 v128)
    (local $s0 v128) (local $s1 v128)
    (local.set $low (i8x16.splat (i32.const 15)))
    (local.set $to (local.get $list))
    (local.set $inLow (v128.load (local.get $tables)))
    (local.set $inHigh (v128.load offset=16 (local.get $tables)))
    (local.set $l1 (v128.load offset=32 (local.get $tables)))
    (local.set $h1 (v128.load offset=48 (local.get $tables)))
    (local.set $l2 (v128.load offset=64 (local.get $tables)))
    (local.set $h2 (v128.load offset=80 (local.get $tables)))
    (local.set $l3 (v128.load offset=96 (local.get $tables)))
    (local.set $h3 (v128.load offset=112 (local.get $tables)))
    (local.set $l4 (v128.load offset=128 (local.get $tables)))
    (local.set $h4 (v128.load offset=144 (local.get $tables)))
    (local.set $digitless (v128.load offset=160 (local.get $tables)))
    (local.set $anywhere (v128.load offset=176 (local.get $tables)))
    (local.set $x (v128.load (i32.sub (local.get $at) (i32.const 16))))
    (local.set $apart
      (i8x16.eq
        (v128.const i64x2 0 0)
        (v128.and
          (i8x16.relaxed_swizzle (local.get $inLow) (v128.and (local.get $x) (local.get $low)))
          (i8x16.relaxed_swizzle (local.get $inHigh) (i8x16.shr_u (local.get $x) (i32.const 4))))))
    (local.set $x (v128.load (local.get $at)))
    (local.set $high (i8x16.shr_u (local.get $x) (i32.const 4)))
    (local.set $d0 (i8x16.lt_u (i8x16.sub (local.get $x) (i8x16.splat (i32.const 48))) (i8x16.splat (i32.const 10))))
    (local.set $x (v128.and (local.get $x) (local.get $low)))
    (local.set $w0
      (i8x16.eq
        (v128.const i64x2 0 0)
        (v128.and
          (i8x16.relaxed_swizzle (local.get $inLow) (local.get $x))
          (i8x16.relaxed_swizzle (local.get $inHigh) (local.get $high)))))
    (local.set $p1
      (v128.and
        (i8x16.relaxed_swizzle (local.get $l1) (local.get $x))
        (i8x16.relaxed_swizzle (local.get $h1) (local.get $high))))
    (local.set $p2
      (v128.and
        (i8x16.relaxed_swizzle (local.get $l2) (local.get $x))
        (i8x16.relaxed_swizzle (local.get $h2) (local.get $high))))
    (local.set $p3
      (v128.and
        (i8x16.relaxed_swizzle (local.get $l3) (local.get $x))
        (i8x16.relaxed_swizzle (local.get $h3) (local.get $high))))
    (local.set $p4
      (v128.and
        (i8x16.relaxed_swizzle (local.get $l4) (local.get $x))
        (i8x16.relaxed_swizzle (local.get $h4) (local.get $high))))
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (v128.load offset=16 (local.get $at)))
        (local.set $high (i8x16.shr_u (local.get $x) (i32.const 4)))
        (local.set $d1 (i8x16.lt_u (i8x16.sub (local.get $x) (i8x16.splat (i32.const 48))) (i8x16.splat (i32.const 10))))
        (local.set $x (v128.and (local.get $x) (local.get $low)))
        (local.set $w1
          (i8x16.eq
            (v128.const i64x2 0 0)
            (v128.and
              (i8x16.relaxed_swizzle (local.get $inLow) (local.get $x))
              (i8x16.relaxed_swizzle (local.get $inHigh) (local.get $high)))))
        (local.set $n1
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l1) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h1) (local.get $high))))
        (local.set $n2
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l2) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h2) (local.get $high))))
        (local.set $n3
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l3) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h3) (local.get $high))))
        (local.set $n4
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l4) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h4) (local.get $high))))
        (local.set $apart (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 (local.get $apart) (local.get $w0)))
        (local.set $in
          (v128.and
            (v128.and (v128.or (local.get $apart) (local.get $anywhere)) (local.get $p1))
            (v128.and
              (v128.and
                (i8x16.shuffle 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 (local.get $p2) (local.get $n2))
                (i8x16.shuffle 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 (local.get $p3) (local.get $n3)))
              (i8x16.shuffle 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 (local.get $p4) (local.get $n4)))))
        ;; A digit at the place or in the seven bytes behind it: of sixteen places and the next sixteen, by doubling.
        (local.set $s0 (v128.or (local.get $d0) (i8x16.shuffle 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 (local.get $d0) (local.get $d1))))
        (local.set $s1 (v128.or (local.get $d1) (i8x16.shuffle 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 (local.get $d1) (v128.const i64x2 0 0))))
        (local.set $s0 (v128.or (local.get $s0) (i8x16.shuffle 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 (local.get $s0) (local.get $s1))))
        (local.set $s1 (v128.or (local.get $s1) (i8x16.shuffle 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 (local.get $s1) (v128.const i64x2 0 0))))
        (local.set $s0 (v128.or (local.get $s0) (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 (local.get $s0) (local.get $s1))))
        (local.set $in (v128.and (local.get $in) (v128.or (local.get $s0) (local.get $digitless))))
        (local.set $mask
          (i32.xor (i32.const 0xffff) (i8x16.bitmask (i8x16.eq (local.get $in) (v128.const i64x2 0 0)))))
        (local.set $far (i32.xor (i32.const 0xffff) (i8x16.bitmask (local.get $s0))))
        (local.set $inside (i32.xor (i32.const 0xffff) (i8x16.bitmask (local.get $apart))))
        (block $empty
          (loop $places
            (br_if $empty (i32.eqz (local.get $mask)))
            (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $mask))))
            (local.set $kind
              (i32.or
                (i32.and (i32.shr_u (local.get $far) (i32.ctz (local.get $mask))) (i32.const 1))
                (i32.shl (i32.and (i32.shr_u (local.get $inside) (i32.ctz (local.get $mask))) (i32.const 1)) (i32.const 1))))
            (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
            ;; What begins with a digit nearly always passes: the second look tells sooner.
            (if (i32.ge_u (i32.sub (i32.load8_u (local.get $place)) (i32.const 48)) (i32.const 10))
              (then (br_if $places (i32.eqz (call $begins (local.get $tables) (local.get $kind) (local.get $place))))))
            (i32.store16 (local.get $to) (i32.sub (local.get $place) (local.get $base)))
            (local.set $to (i32.add (local.get $to) (i32.const 2)))
            (br $places)))
        (local.set $apart (local.get $w0))
        (local.set $w0 (local.get $w1))
        (local.set $p1 (local.get $n1))
        (local.set $p2 (local.get $n2))
        (local.set $p3 (local.get $n3))
        (local.set $p4 (local.get $n4))
        (local.set $d0 (local.get $d1))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $blocks)))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 1)))

  ;; gate: where the first cells are, at the byte before and the first one. count: of places. end: the address behind the last
  ;; byte that is known. A place whose run is not over at the end stays, and so does one after 48 bytes, marked when only parts go
  ;; on that need a word. Returns how many stay.
  (func (export "sift") (param $gate i32) (param $count i32) (param $end i32) (result i32)
    (local $from i32) (local $to i32) (local $stop i32) (local $place i32) (local $at i32) (local $last i32)
    (local $cell i32) (local $promise i32) (local $marks i32)
    (local.set $from (i32.const 0xb0000))
    (local.set $to (local.get $from))
    (local.set $stop (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    (block $done
      (loop $places
        (br_if $done (i32.ge_u (local.get $from) (local.get $stop)))
        (local.set $place (i32.load16_u (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 2)))
        (local.set $at (i32.add (local.get $place) (i32.const 0x90010)))
        (local.set $cell
          (i32.load16_u
            (i32.add
              (local.get $gate)
              (i32.shl
                (i32.add
                  (i32.load offset=0xd0000
                    (i32.shl (i32.load8_u (i32.sub (local.get $at) (i32.const 1))) (i32.const 2)))
                  (i32.load8_u (local.get $at)))
                (i32.const 1)))))
        (local.set $marks (i32.const 0))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $last (i32.add (local.get $at) (i32.const 48)))
        (if (i32.gt_u (local.get $last) (local.get $end)) (then (local.set $last (local.get $end))))
        (block $keep
          (loop $run
            (if (i32.and (local.get $cell) (i32.const 1))
              (then
                (if (i32.eq (local.get $cell) (i32.const 3))
                  (then
                    (br_if $places (i32.eqz (local.get $marks)))
                    (local.set $place (i32.or (local.get $place) (i32.const 0x8000)))
                    (br $keep)))
                (br_if $keep (i32.eq (local.get $cell) (i32.const 1)))
                (br_if $keep (i32.ge_u (local.get $at) (local.get $end)))
                (local.set $promise
                  (i32.load8_u offset=0x134000
                    (i32.add
                      (i32.and
                        (i32.load offset=0xd1000 (i32.shl (i32.shr_u (local.get $cell) (i32.const 1)) (i32.const 2)))
                        (i32.const 0x7fffffff))
                      (i32.load8_u (local.get $at)))))
                (br_if $keep (i32.eq (local.get $promise) (i32.const 2)))
                (local.set $marks (i32.or (local.get $marks) (local.get $promise)))))
            (if (i32.ge_u (local.get $at) (local.get $last))
              (then
                (br_if $keep (i32.ge_u (local.get $at) (local.get $end)))
                (br_if $keep
                  (i32.ge_s
                    (i32.load offset=0xd1000 (i32.shl (i32.shr_u (local.get $cell) (i32.const 1)) (i32.const 2)))
                    (i32.const 0)))
                (local.set $place (i32.or (local.get $place) (i32.const 0x8000)))
                (br $keep)))
            (local.set $cell
              (i32.load16_u offset=0x234000
                (i32.or
                  (i32.shl (i32.shr_u (local.get $cell) (i32.const 1)) (i32.const 9))
                  (i32.shl (i32.load8_u (local.get $at)) (i32.const 1)))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $run)))
        (i32.store16 (local.get $to) (local.get $place))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (br $places)))
    (i32.shr_u (i32.sub (local.get $to) (i32.const 0xb0000)) (i32.const 1))))
