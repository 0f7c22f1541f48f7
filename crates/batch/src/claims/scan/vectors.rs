//! The separators by vector instructions, for processors that have them: the one place in the
//! program with `unsafe`. What it gains is in docs/RATIONALE.md; the tests hold every way to a loop
//! over bytes.

#![allow(
    unsafe_code,
    reason = "calling code made for features that are only known at run time"
)]

use super::{CHUNK, Masks, Separators, place_one_by_one};
use std::arch::x86_64::{
    __m256i, __m512i, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm512_add_epi32,
    _mm512_cmpeq_epi8_mask, _mm512_maskz_compress_epi32, _mm512_set1_epi8, _mm512_set1_epi32,
};

/// Indexes the block if the processor can; false if it cannot.
pub(super) fn index(separators: &mut Separators, block: &[u8]) -> bool {
    index_avx512(separators, block) || index_avx2(separators, block)
}

pub(super) fn index_avx512(separators: &mut Separators, block: &[u8]) -> bool {
    let has = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("popcnt");
    if has {
        // SAFETY: the three features that the function is compiled for were just detected. It takes
        // no pointers; all its loads and stores go through slices and arrays.
        unsafe { with_avx512(separators, block) };
    }
    has
}

pub(super) fn index_avx2(separators: &mut Separators, block: &[u8]) -> bool {
    let has =
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("popcnt");
    if has {
        // SAFETY: as above, for the features of the other function.
        unsafe { with_avx2(separators, block) };
    }
    has
}

#[target_feature(enable = "avx512f,avx512bw,popcnt")]
fn with_avx512(separators: &mut Separators, block: &[u8]) {
    let masks = |chunk: &[u8; CHUNK]| {
        let bytes: __m512i = bytemuck::must_cast(*chunk);
        let newlines = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x0a));
        let commas = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x2c));
        Masks {
            separators: newlines | commas,
            newlines,
        }
    };
    // Sixteen bits at a time: the positions of those that are set, pushed together.
    let place = |mask: u64, base: u32, room: &mut [u32; CHUNK]| {
        let steps: __m512i =
            bytemuck::must_cast::<[u32; 16], _>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        let mut at = 0;
        for quarter in 0..4u32 {
            let [low, high, ..] = (mask >> (16 * quarter)).to_le_bytes();
            let bits = u16::from_le_bytes([low, high]);
            let first = _mm512_set1_epi32((base + 16 * quarter).cast_signed());
            let found = _mm512_maskz_compress_epi32(bits, _mm512_add_epi32(first, steps));
            let found: [u32; 16] = bytemuck::must_cast(found);
            room[at..at + 16].copy_from_slice(&found);
            at += bits.count_ones() as usize;
        }
    };
    separators.index_by(block, masks, place);
}

#[target_feature(enable = "avx2,bmi1,popcnt")]
fn with_avx2(separators: &mut Separators, block: &[u8]) {
    let masks = |chunk: &[u8; CHUNK]| {
        let halves: [__m256i; 2] = bytemuck::must_cast(*chunk);
        let mut masks = Masks {
            separators: 0,
            newlines: 0,
        };
        for (half, bytes) in halves.into_iter().enumerate() {
            let newlines = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x0a));
            let separators = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x2c)), newlines);
            let bits = |mask: i32| u64::from(mask.cast_unsigned()) << (32 * half);
            masks.newlines |= bits(_mm256_movemask_epi8(newlines));
            masks.separators |= bits(_mm256_movemask_epi8(separators));
        }
        masks
    };
    separators.index_by(block, masks, place_one_by_one);
}
