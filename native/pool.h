// a job -> every thread runs its share: threads that spin for 50 µs and then sleep, and flush-to-zero for each.
#ifndef CHAINRULE_POOL_H
#define CHAINRULE_POOL_H

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

typedef std::chrono::steady_clock Clock;
inline double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

// While it lives, this thread's numbers below the normal range are 0: once 2 % of Adam's m are denormal, a step takes
// three times as long.
class FlushToZero {
  public:
#if defined(__SSE2__) || defined(_M_X64)
    FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
    ~FlushToZero() { _mm_setcsr(before_); }
  private:
    unsigned before_;
#elif defined(__aarch64__)
    FlushToZero() {
        __asm__ volatile("mrs %0, fpcr" : "=r"(before_));
        __asm__ volatile("msr fpcr, %0" : : "r"(before_ | 1ull << 24));
    }
    ~FlushToZero() { __asm__ volatile("msr fpcr, %0" : : "r"(before_)); }
  private:
    unsigned long long before_;
#endif
};

// A number that threads wait to see change: 50 µs awake, then asleep.
class Signal {
  public:
    unsigned value() const { return value_.load(); }
    void raise() {
        value_.fetch_add(1);
        if (sleepers_.load() == 0) return;
        std::lock_guard<std::mutex> lock(mutex_);
        changed_.notify_all();
    }
    void wait_past(unsigned seen) {
        for (int turn = 0; turn < 64; ++turn)
            if (value_.load(std::memory_order_acquire) != seen) return;
        const Clock::time_point began = Clock::now();
        while (seconds_since(began) < 50e-6)
            for (int turn = 0; turn < 64; ++turn)
                if (value_.load(std::memory_order_acquire) != seen) return;
        std::unique_lock<std::mutex> lock(mutex_);
        sleepers_.fetch_add(1);
        while (value_.load() == seen) changed_.wait(lock);
        sleepers_.fetch_sub(1);
    }

  private:
    std::atomic<unsigned> value_{0};
    std::atomic<int> sleepers_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
};

// Whether jobs run on all threads or on one. While another process has the cores, the caller waits for the others longer
// than it would take alone; then this process's jobs run alone for a while, twice as long each time that is found again.
class Gauge {
  public:
    bool many = Clock::now().time_since_epoch().count() >= until_;
    void took(double seconds, double alone) {  // alone: what one thread would take, as far as can be known from this job
        time_ += seconds;
        alone_ += alone;
        if (++jobs_ < 4 || time_ < 2e-3) return;
        const Clock::time_point now = Clock::now();
        if (many && time_ > 0.97 * (one_ > 0.0 ? one_ * jobs_ : alone_)) {
            many = false;
            rest_ = std::min(2 * rest_.load(), 640);
            until_ = (now + std::chrono::milliseconds(rest_)).time_since_epoch().count();
        } else if (many)
            rest_ = 10;
        else if (now.time_since_epoch().count() < until_)
            return;
        else {
            one_ = time_ / jobs_;
            many = true;
        }
        time_ = alone_ = 0.0;
        jobs_ = 0;
    }

  private:
    static inline std::atomic<Clock::rep> until_{0};
    static inline std::atomic<int> rest_{10};  // ms
    double time_ = 0.0, alone_ = 0.0, one_ = 0.0;  // one_: seconds of a job on one thread
    int jobs_ = 0;
};

// Threads 1 … size − 1 live as long as the pool; the caller is thread 0. A pool is made per run, so a fork between two
// runs finds none.
class Pool {
  public:
    explicit Pool(int size) : size_(size) {
        for (int thread = 1; thread < size; ++thread) threads_.emplace_back([this, thread] { live(thread); });
    }
    ~Pool() {
        job_ = nullptr;
        if (size_ > 1) start_.raise();
        for (std::thread& thread : threads_) thread.join();
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    // how many threads the next jobs run on: all, or the caller alone while the others do not get their cores
    int active() const { return gauge_.many ? size_ : 1; }

    // job(thread) on every active thread; back when all are done
    void run(const std::function<void(int)>& job) {
        if (size_ == 1) return job(0);
        const Clock::time_point began = Clock::now();
        waited_ = 0.0;
        if (gauge_.many) {
            job_ = &job;
            start_.raise();
        }
        job(0);
        meet(0);
        const double seconds = seconds_since(began);
        gauge_.took(seconds, double(size_) * (seconds - waited_));
    }
    // every active thread of a job waits here for the others
    void meet(int thread) {
        if (active() == 1) return;
        const unsigned seen = met_.value();
        if (arrived_.fetch_add(1) + 1 == size_) {
            arrived_.store(0);
            met_.raise();
            return;
        }
        const Clock::time_point began = Clock::now();
        met_.wait_past(seen);
        if (thread == 0) waited_ += seconds_since(began);
    }

  private:
    void live(int thread) {
        FlushToZero flush;
        for (unsigned seen = 0;;) {
            start_.wait_past(seen);
            ++seen;
            if (!job_) return;
            (*job_)(thread);
            meet(thread);
        }
    }
    const int size_;
    const std::function<void(int)>* job_ = nullptr;
    Gauge gauge_;
    double waited_ = 0.0;  // the caller, in this job
    Signal start_, met_;
    std::atomic<int> arrived_{0};
    std::vector<std::thread> threads_;
};
#endif
