// members -> trained members: sixteen of them side by side where the plan allows it, else one after the other, on threads.
//
// lanes.h computes what sixteen have in common, one step for all; what each has for itself (order, rate, schedule, losses,
// patience, best weights) its Trainer counts as ever. A lane whose member has stopped goes on computing, for nobody.
#ifndef CHAINRULE_MEMBERS_H
#define CHAINRULE_MEMBERS_H

#include <exception>

#include "run.h"

class Group {
  public:
    // Whether lanes are for a plan, and then from how many members on: a step of sixteen lanes over a step of one member, in
    // cycles as they were measured, roughly. What lanes save is padding (units of a panel that are not there), what a whole
    // row is asked for, and calls; where layers are as wide as panels they save nothing.
    static size_t enough(const Net& net) {
        const double rows = net.batch > 0 && net.batch < 64 ? double(net.batch) : 64.0;
        double alone = 450.0 + rows * 12.0, lanes = 3500.0 + rows * 230.0;
        bool suits = !net.categories && net.loss.row >= 0 && net.optimizer.row >= 0 && net.clip != CLIP_NORM && net.max_norm <= 0.0;
        for (int l = 0; l < net.depth; ++l) {
            const Layer& layer = net.layers[l];
            const double products = (l ? 3.0 : 2.0) * layer.inputs * 0.65, full = layer.narrow ? layer.units / double(LANES) : layer.panels;
            alone += rows * (products * full + layer.panels * 20.0 + (layer.by_row ? 240.0 : 0.0)) + layer.inputs * full * 24.0;
            lanes += rows * (products + 20.0) * layer.units + layer.inputs * layer.units * 24.0;
            suits = suits && layer.dropout == 0.0 && layer.activation.row >= 0;
        }
        const double members = std::ceil(lanes / alone);
        // weights, gradient and state of sixteen stay in the second cache
        return suits && members <= 14.0 && net.flat * (net.wide ? 2 : 1) <= 4096 ? size_t(members) : 0;
    }
    // Members that are trained alike on the same rows.
    static bool alike(const Trainer& a, const Trainer& b) {
        const auto same = [](const Data& c, const Data& d) {
            return c.x.at == d.x.at && c.t.at == d.t.at && c.rows == d.rows && c.orders == d.orders;
        };
        return &a.net_ == &b.net_ && same(a.data_, b.data_) && same(a.validation_, b.validation_) && a.validates_ == b.validates_ &&
               a.steps_ && a.until_.probe == 0 && a.until_.share == 0.0 && b.until_.probe == 0 && b.until_.share == 0.0;
    }

    // Puts those that go in groups in front -> how many; none while the threads have less to do with each for itself.
    static size_t choose(std::vector<Trainer*>& members, size_t threads) {
        const size_t least = members.empty() ? 0 : enough(members[0]->net_);
        if (!least) return 0;
        const Trainer& first = *members[0];
        const auto end = std::stable_partition(members.begin(), members.end(), [&](const Trainer* t) {
            return t->epoch < t->until_.epochs && alike(first, *t);
        });
        const size_t count = size_t(end - members.begin()), rest = count % LANES;
        return count < least * threads ? 0 : rest < least ? count - rest : count;
    }

    Group(Trainer* const* members, size_t count)
        : first_(*members[0]), net_(first_.net_), table_(first_.table_), wide_(net_.wide), size_(wide_ ? 8 : 4),
          weights_(size_t(net_.flat) * LANES * size_), now_(1 + net_.slots), good_(1 + net_.slots), ahead_(first_.ahead(1024)) {
        const size_t depth = size_t(net_.depth);
        for (std::vector<void*>* some : {&now_, &good_})
            for (void*& one : *some) one = memory(weights_);
        best_ = memory(weights_);
        for (size_t l = 0; l <= depth; ++l) {
            const Layer& layer = net_.layers[l ? l - 1 : 0];
            y_.push_back(vectors(l ? layer.units : layer.inputs));
            d_.push_back(l ? vectors(layer.units) : nullptr);
            s_.push_back(l && (layer.keep_s || layer.by_row || (l == depth && net_.needs_s)) ? vectors(layer.units) : y_[l]);
        }
        const long outputs = net_.layers[depth - 1].units;
        st_ = {&net_, data_, nullptr, 0, 0, true, true, now_[0], now_.data() + 1, memory(weights_), vectors(outputs), vectors(1),
               vectors(outputs), y_.data(), s_.data(), d_.data(),
               static_cast<double*>(memory(LANES * 8)), static_cast<double*>(memory(LANES * 8)), rate_, k_};
        order_.resize(ahead_ * LANES);
        for (size_t m = 0; m < LANES; ++m) {
            lane_[m] = m < count ? members[m] : nullptr;
            data_[m] = lane_[m] ? &lane_[m]->data_ : &first_.data_;
            rows_[m] = order_.data() + (lane_[m] ? m * ahead_ : 0);
            going_ += lane_[m] != nullptr;
        }
    }

    // As Trainer::advance; comes back as well when so few are left that they are better off with others, or alone.
    template <class Interrupted> void advance(double tick, double pause, Interrupted interrupted) {
        FlushToZero flush;
        const Clock::time_point began = Clock::now();
        Clock::time_point asked = began;
        enter();
        each([&](size_t m, Trainer& t) {
            t.reserve();
            rate_[m] = t.rate_at(t.k + 1);
        });
        while (going_ >= enough_) {
            for (size_t i = 0; first_.keeps_ && i < now_.size(); ++i) std::memcpy(good_[i], now_[i], weights_);
            Loss sums[LANES];
            each([](size_t, Trainer& t) { t.good_k_ = t.k; });
            for (Wide step = 0; step < first_.steps_ && going_; ++step) {
                const Wide begin = step * first_.size_;
                one_step(begin, long(std::min(first_.size_, first_.count_ - begin)));
                each([&](size_t m, Trainer& t) {
                    if (!std::isfinite(st_.loss[m])) {
                        t.fail(t.k + 1, false);
                        return leave(m, false);
                    }
                    ++t.k;
                    sums[m].loss += st_.loss[m];
                    sums[m].weight += st_.total[m];
                });
                table_.lanes_update[wide_](st_);
                if (!step_ticker_.due() || seconds_since(asked) <= 0.05) continue;
                asked = Clock::now();
                if (!interrupted()) continue;
                const bool undo = step + 1 < first_.steps_ || first_.validates_;
                each([&](size_t m, Trainer& t) {
                    t.stopped = INTERRUPTED;
                    if (undo) leave(m, true);
                });
            }
            Loss scores[LANES];
            bool better[LANES] = {};
            if (first_.validates_ && going_) validate(scores);
            each([&](size_t m, Trainer& t) {
                const double loss = t.total(sums[m]), score = first_.validates_ ? t.total(scores[m]) : loss;
                if (!std::isfinite(score)) {
                    t.fail(t.k, true);
                    return leave(m, true);
                }
                better[m] = t.end_epoch(loss, score, rate_[m]);
                if (!t.schedule_.final_line.empty()) rate_[m] = t.rate_at(t.k + 1);
                if (!t.stopped && t.epoch >= t.until_.epochs) t.stopped = EPOCHS;
            });
            table_.lanes_keep[wide_](now_[0], better, net_.flat, best_);
            each([&](size_t m, Trainer& t) {
                if (t.stopped) leave(m, false);
            });
            if (!epoch_ticker_.due()) continue;
            const double passed = seconds_since(began);
            if (passed >= tick || passed >= pause) break;
        }
        each([&](size_t m, Trainer&) { leave(m, false); });
    }

  private:
    template <class Use> void each(Use use) {
        for (size_t m = 0; m < LANES; ++m)
            if (lane_[m]) use(m, *lane_[m]);
    }
    void* memory(size_t bytes) {
        memory_.emplace_back(bytes);
        return memory_.back().at();
    }
    void* vectors(long units) { return memory(size_t((units + LANES - 1) / LANES * LANES * LANES_ROWS) * LANES * size_); }

    // Weights, state and best of all members into their lanes; lanes without a member get the first one's.
    void enter() {
        Memory flat(weights_);
        const void* members[LANES];
        const auto put = [&](const auto& of, void* lanes) {
            for (size_t m = 0; m < LANES; ++m) {
                members[m] = flat.at(lane_[m] ? m * weights_ / LANES : 0);
                if (lane_[m]) table_.unpack[wide_](net_, of(*lane_[m]).at(), flat.at(m * weights_ / LANES));
            }
            table_.lanes_enter[wide_](members, net_.flat, lanes);
        };
        put([](Trainer& t) -> Memory& { return t.now.w; }, now_[0]);
        for (size_t i = 1; i < now_.size(); ++i) put([&](Trainer& t) -> Memory& { return t.now.slots[i - 1]; }, now_[i]);
        put([](Trainer& t) -> Memory& { return t.best_; }, best_);
    }
    // What a member ends with goes back to its Trainer; undo: that is its last whole epoch's.
    void leave(size_t m, bool undo) {
        Trainer& t = *lane_[m];
        Memory flat(weights_ / LANES);
        const auto take = [&](const void* lanes, Memory& to) {
            table_.lanes_leave[wide_](lanes, int(m), net_.flat, flat.at());
            table_.pack[wide_](net_, flat.at(), to.at());
        };
        const auto all = [&](const std::vector<void*>& lanes, Weights& to) {
            take(lanes[0], to.w);
            for (size_t i = 1; i < lanes.size(); ++i) take(lanes[i], to.slots[i - 1]);
        };
        all(now_, t.now);
        if (t.keeps_ && (undo || !t.restored)) all(good_, t.good_);
        take(best_, t.best_);
        if (undo) t.restore();
        lane_[m] = nullptr;
        --going_;
    }

    // Losses and gradients of a batch; each member's rows in its own order.
    void one_step(Wide begin, long count) {
        each([&](size_t m, Trainer& t) {
            if (t.schedule_.moves) rate_[m] = t.rate_at(t.k + 1);
            k_[m] = t.k + 1;
            Natural* order = order_.data() + m * ahead_;
            if (ahead_ && begin % ahead_ == 0)
                table_.order(net_, t.until_.member, Natural(t.epoch), t.data_.rows, begin, std::min(ahead_, t.count_ - begin), order);
            rows_[m] = ahead_ ? order + begin % ahead_ : t.given_order(begin);
        });
        size_t some = 0;
        each([&](size_t m, Trainer&) { some = m; });
        for (size_t m = 0; m < LANES; ++m)
            if (!lane_[m]) rows_[m] = rows_[some], rate_[m] = rate_[some], k_[m] = k_[some];
        st_.rows = rows_[some] ? rows_ : nullptr;
        st_.first = begin;
        st_.count = count;
        st_.fresh = first_.steps_ > 1 || first_.validates_ || st_.rows || !gathered_;
        gathered_ = true;
        table_.lanes_pass[wide_](st_);
    }
    void validate(Loss* sums) {
        Abreast st = st_;
        const Data* data[LANES];
        for (size_t m = 0; m < LANES; ++m) data[m] = lane_[m] ? &lane_[m]->validation_ : &first_.validation_;
        st.data = data;
        st.rows = nullptr;
        st.learn = false;
        st.fresh = true;
        const Wide all = first_.validation_.rows, most = Wide(first_.look_rows());
        for (st.first = 0; st.first < all; st.first += most) {  // in the blocks that one member's sums are made of
            st.count = long(std::min(most, all - st.first));
            table_.lanes_pass[wide_](st);
            for (size_t m = 0; m < LANES; ++m) {
                sums[m].loss += st.loss[m];
                sums[m].weight += st.total[m];
            }
        }
    }

    const Trainer& first_;
    const Net& net_;
    const Table& table_;
    const bool wide_;
    const size_t size_, weights_;
    std::vector<Memory> memory_;
    std::vector<void*> now_, good_, y_, s_, d_;  // weights, then the optimizer's state
    void* best_;
    const Wide ahead_;
    std::vector<Natural> order_;
    Trainer* lane_[LANES];
    const Data* data_[LANES];
    const Natural* rows_[LANES];
    double rate_[LANES] = {};
    long long k_[LANES] = {};
    const size_t enough_ = enough(net_);
    size_t going_ = 0;
    bool gathered_ = false;
    Abreast st_;
    Ticker step_ticker_, epoch_ticker_;
};

// Every member until it stops, or until `tick` or `pause` seconds have passed. Sixteen that suit each other are one job, as
// long as threads have more to do that way; each thread takes the next job that is left.
template <class Interrupted>
void advance_all(std::vector<Trainer*> members, double tick, double pause, int threads, Interrupted interrupted) {
    const size_t grouped = Group::choose(members, size_t(threads)), groups = (grouped + LANES - 1) / LANES;
    const size_t jobs = groups + members.size() - grouped;
    std::atomic<size_t> next{0};
    std::atomic<bool> stop{false};
    std::vector<std::exception_ptr> failed(jobs);
    Pool pool(threads);
    pool.run([&](int thread) {
        const auto asked = [&] { return stop = stop || (thread == 0 && interrupted()), stop.load(); };
        for (size_t i; !stop && (i = next++) < jobs;) try {
                if (i >= groups) members[grouped + i - groups]->advance(tick, pause, asked);
                else Group(members.data() + i * LANES, std::min<size_t>(LANES, grouped - i * LANES)).advance(tick, pause, asked);
            } catch (...) {
                failed[i] = std::current_exception();
            }
    });
    for (const std::exception_ptr& error : failed)
        if (error) std::rethrow_exception(error);
}
#endif
