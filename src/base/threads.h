// The one thread pool of a process, shared by XNNPACK's operators and our own kernels.
#ifndef HEADLENS_BASE_THREADS_H_
#define HEADLENS_BASE_THREADS_H_

#include <cstddef>
#include <memory>

#include "pthreadpool.h"

namespace headlens {

struct ThreadPoolDeleter {
  void operator()(pthreadpool_t pool) const { pthreadpool_destroy(pool); }
};

// Null is a valid pool: the work then runs on the calling thread.
using ThreadPool = std::unique_ptr<pthreadpool, ThreadPoolDeleter>;

// threads: 1 gives the null pool, 0 one thread per processor. May start fewer than asked for;
// ThreadCount says how many there are.
ThreadPool MakeThreadPool(int threads);

// How many threads take part in a parallel loop, the calling one included.
int ThreadCount(const ThreadPool& pool);

// Calls body(i) for every i in [0, count), in parallel; returns when all are done.
template <typename Body>
void ParallelFor(const ThreadPool& pool, size_t count, const Body& body) {
  pthreadpool_parallelize_1d(
      pool.get(), [](void* context, size_t i) { (*static_cast<const Body*>(context))(i); },
      const_cast<Body*>(&body), count, /*flags=*/0);
}

// Calls body(thread, i): thread in [0, ThreadCount) names the scratch space that the call may use.
template <typename Body>
void ParallelForWithThread(const ThreadPool& pool, size_t count, const Body& body) {
  pthreadpool_parallelize_1d_with_thread(
      pool.get(),
      [](void* context, size_t thread, size_t i) {
        (*static_cast<const Body*>(context))(thread, i);
      },
      const_cast<Body*>(&body), count, /*flags=*/0);
}

}  // namespace headlens

#endif  // HEADLENS_BASE_THREADS_H_
