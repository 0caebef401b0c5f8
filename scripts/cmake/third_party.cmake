# Third-party sources, each pinned by commit. scripts/toolchain puts copies of them where
# FETCHCONTENT_SOURCE_DIR_<NAME> points; without it FetchContent downloads the same commits.
include(FetchContent)

# headlens_source(NAME repository commit): downloads, or finds, the sources; sets NAME_SOURCE_DIR here.
macro(headlens_source name repository commit)
  string(TOLOWER ${name} _lower)
  # SOURCE_SUBDIR without a CMakeLists.txt: we want the files, not their build.
  FetchContent_Declare(${_lower} GIT_REPOSITORY https://github.com/${repository}.git GIT_TAG ${commit}
                       SOURCE_SUBDIR no-cmake-build)
  FetchContent_MakeAvailable(${_lower})
  set(${name}_SOURCE_DIR ${${_lower}_SOURCE_DIR})
endmacro()

# Headers of other people: their warnings are not ours.
function(headlens_header_library name directory)
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${directory})
endfunction()

headlens_source(FP16 Maratyszcza/FP16 4dfe081cf6bcd15db339cf2680b9281b8451eeb3)
headlens_source(STB nothings/stb 5c205738c191bcb0abc65c4febfa9bd25ff35234)
headlens_header_library(fp16 ${FP16_SOURCE_DIR}/include)
headlens_header_library(stb ${STB_SOURCE_DIR})

if(EMSCRIPTEN)
  include(xnnpack_wasm)
else()
  include(xnnpack_native)
endif()
