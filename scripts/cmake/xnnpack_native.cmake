# Native XNNPACK and pthreadpool: the distribution's where it has them (Debian 13 ships the very commit that
# the WebAssembly build uses), else built from the pinned sources by their own CMake files.
find_library(XNNPACK_LIBRARY XNNPACK)
find_library(PTHREADPOOL_LIBRARY pthreadpool)
find_path(XNNPACK_INCLUDE xnnpack.h)

if(XNNPACK_LIBRARY AND PTHREADPOOL_LIBRARY AND XNNPACK_INCLUDE)
  add_library(pthreadpool INTERFACE)
  target_link_libraries(pthreadpool INTERFACE ${PTHREADPOOL_LIBRARY})
  add_library(XNNPACK INTERFACE)
  target_include_directories(XNNPACK SYSTEM INTERFACE ${XNNPACK_INCLUDE})
  target_link_libraries(XNNPACK INTERFACE ${XNNPACK_LIBRARY} pthreadpool)
else()
  set(XNNPACK_BUILD_TESTS OFF CACHE BOOL "")
  set(XNNPACK_BUILD_BENCHMARKS OFF CACHE BOOL "")
  set(XNNPACK_LIBRARY_TYPE static CACHE STRING "")
  FetchContent_Declare(xnnpack GIT_REPOSITORY https://github.com/google/XNNPACK.git
                       GIT_TAG 4ea82e595b36106653175dcb04b2aa532660d0d8)
  FetchContent_MakeAvailable(xnnpack)
endif()
