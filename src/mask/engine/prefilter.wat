;; The first look at many bytes at once: at which places may a part begin at all?
;;
;; A place may be one when the four bytes from it on are each in the sets of one bucket of parts. There are eight buckets, a bit
;; each; a set is two tables of 16 entries, by the low and by the high half of a byte, and a byte is in the set where both have
;; the bit. That lets a few bytes too many through and never one too few: what is found is only looked at again. Whether the byte
;; before is a letter or a digit is told exactly (a bit by the high half in a table by the low half): most parts begin where a
;; word does, and their buckets are let off elsewhere.
;;
;; Memory: tables first, then the window with the byte before it, then lists of offsets (16 bits each).
(module
  (memory (export "memory") 8)

  ;; tables: letters and digits by low half, bits of the high halves, four pairs of 16 + 16 bytes for the first to the fourth
  ;; byte, 16 times the buckets that may follow a letter or a digit. at: the first place. end: the one after the last place.
  ;; list: where offsets of places from `base` go. Reads up to 19 bytes behind `end`. Returns how many were listed.
  (func (export "find")
    (param $tables i32) (param $base i32) (param $at i32) (param $end i32) (param $list i32) (result i32)
    (local $to i32) (local $mask i32) (local $after v128) (local $low v128) (local $x v128) (local $in v128)
    (local $l0 v128) (local $h0 v128)
    (local $l1 v128) (local $h1 v128)
    (local $l2 v128) (local $h2 v128)
    (local $l3 v128) (local $h3 v128)
    (local $l4 v128) (local $h4 v128)
    (local.set $low (i8x16.splat (i32.const 15)))
    (local.set $to (local.get $list))
    (local.set $l0 (v128.load offset=0 (local.get $tables)))
    (local.set $h0 (v128.load offset=16 (local.get $tables)))
    (local.set $l1 (v128.load offset=32 (local.get $tables)))
    (local.set $h1 (v128.load offset=48 (local.get $tables)))
    (local.set $l2 (v128.load offset=64 (local.get $tables)))
    (local.set $h2 (v128.load offset=80 (local.get $tables)))
    (local.set $l3 (v128.load offset=96 (local.get $tables)))
    (local.set $h3 (v128.load offset=112 (local.get $tables)))
    (local.set $l4 (v128.load offset=128 (local.get $tables)))
    (local.set $h4 (v128.load offset=144 (local.get $tables)))
    (local.set $after (v128.load offset=160 (local.get $tables)))
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (v128.load (i32.sub (local.get $at) (i32.const 1))))
        (local.set $in
          (v128.or
            (local.get $after)
            (i8x16.eq
              (v128.const i64x2 0 0)
              (v128.and
                (i8x16.swizzle (local.get $l0) (v128.and (local.get $x) (local.get $low)))
                (i8x16.swizzle (local.get $h0) (i8x16.shr_u (local.get $x) (i32.const 4)))))))
        (local.set $x (v128.load (local.get $at)))
        (local.set $in (v128.and (local.get $in) (v128.and
          (i8x16.swizzle (local.get $l1) (v128.and (local.get $x) (local.get $low)))
          (i8x16.swizzle (local.get $h1) (i8x16.shr_u (local.get $x) (i32.const 4))))))
        (local.set $x (v128.load offset=1 (local.get $at)))
        (local.set $in (v128.and (local.get $in) (v128.and
          (i8x16.swizzle (local.get $l2) (v128.and (local.get $x) (local.get $low)))
          (i8x16.swizzle (local.get $h2) (i8x16.shr_u (local.get $x) (i32.const 4))))))
        (local.set $x (v128.load offset=2 (local.get $at)))
        (local.set $in (v128.and (local.get $in) (v128.and
          (i8x16.swizzle (local.get $l3) (v128.and (local.get $x) (local.get $low)))
          (i8x16.swizzle (local.get $h3) (i8x16.shr_u (local.get $x) (i32.const 4))))))
        (local.set $x (v128.load offset=3 (local.get $at)))
        (local.set $in (v128.and (local.get $in) (v128.and
          (i8x16.swizzle (local.get $l4) (v128.and (local.get $x) (local.get $low)))
          (i8x16.swizzle (local.get $h4) (i8x16.shr_u (local.get $x) (i32.const 4))))))
        (local.set $mask
          (i32.xor (i32.const 0xffff) (i8x16.bitmask (i8x16.eq (local.get $in) (v128.const i64x2 0 0)))))
        (block $empty
          (loop $places
            (br_if $empty (i32.eqz (local.get $mask)))
            (i32.store16 (local.get $to)
              (i32.sub (i32.add (local.get $at) (i32.ctz (local.get $mask))) (local.get $base)))
            (local.set $to (i32.add (local.get $to) (i32.const 2)))
            (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
            (br $places)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $blocks)))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 1))))
