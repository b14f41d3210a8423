//! The names that WGSL gives a meaning, which a fragment must not take for its own.
//!
//! naga lets a declaration hide a built-in function without a word; then `exp` in the library would be the user's.

/// What WGSL, as naga reads it, already calls `name`.
pub(super) fn predeclared(name: &str) -> Option<&'static str> {
    let families = ["texture", "subgroup", "quad", "rayQuery", "coop"];
    let function = FUNCTIONS.split_ascii_whitespace().any(|known| known == name)
        || families.iter().any(|family| {
            name.strip_prefix(family).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        });
    if function {
        Some("function")
    } else if TYPES.split_ascii_whitespace().any(|known| known == name) {
        Some("type")
    } else if ENUMERANTS.split_ascii_whitespace().any(|known| known == name) {
        Some("word")
    } else {
        None
    }
}

/// Whether `name` is a built-in function whose result depends on other invocations, or that waits for them.
pub(super) fn is_collective(name: &str) -> bool {
    predeclared(name) == Some("function")
        && (name.ends_with("Barrier")
            || name == "workgroupUniformLoad"
            || name.starts_with("subgroup")
            || name.starts_with("quad"))
}

const FUNCTIONS: &str = "
    bitcast all any select arrayLength
    abs acos acosh asin asinh atan atanh atan2 ceil clamp cos cosh countLeadingZeros countOneBits countTrailingZeros
    cross degrees determinant distance dot dot4U8Packed dot4I8Packed exp exp2 extractBits faceForward firstLeadingBit
    firstTrailingBit floor fma fract frexp insertBits inverseSqrt ldexp length log log2 max min mix modf normalize pow
    quantizeToF16 radians reflect refract reverseBits round saturate sign sin sinh smoothstep sqrt step tan tanh
    transpose trunc
    dpdx dpdxCoarse dpdxFine dpdy dpdyCoarse dpdyFine fwidth fwidthCoarse fwidthFine
    atomicLoad atomicStore atomicAdd atomicSub atomicMax atomicMin atomicAnd atomicOr atomicXor atomicExchange
    atomicCompareExchangeWeak
    pack4x8snorm pack4x8unorm pack4xI8 pack4xU8 pack4xI8Clamp pack4xU8Clamp pack2x16snorm pack2x16unorm pack2x16float
    unpack4x8snorm unpack4x8unorm unpack4xI8 unpack4xU8 unpack2x16snorm unpack2x16unorm unpack2x16float
    storageBarrier workgroupBarrier workgroupUniformLoad traceRay getCommittedHitVertexPositions
    getCandidateHitVertexPositions";

const TYPES: &str = "
    bool i32 u32 f32 f16 i16 u16 i64 u64 f64 array atomic ptr vec2 vec3 vec4 vec2i vec3i vec4i vec2u vec3u vec4u vec2f
    vec3f vec4f vec2h vec3h vec4h mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 mat2x2f mat2x3f mat2x4f
    mat3x2f mat3x3f mat3x4f mat4x2f mat4x3f mat4x4f mat2x2h mat2x3h mat2x4h mat3x2h mat3x3h mat3x4h mat4x2h mat4x3h
    mat4x4h sampler sampler_comparison texture_1d texture_2d texture_2d_array texture_3d texture_cube texture_cube_array
    texture_multisampled_2d texture_depth_multisampled_2d texture_external texture_storage_1d texture_storage_2d
    texture_storage_2d_array texture_storage_3d texture_depth_2d texture_depth_2d_array texture_depth_cube
    texture_depth_cube_array binding_array acceleration_structure ray_query RayDesc RayIntersection coop_mat8x8
    coop_mat16x16";

const ENUMERANTS: &str = "read write read_write function private workgroup uniform storage immediate";
