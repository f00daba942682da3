#include "scatter.h"

/* Where an offset lies, and how many bytes lie in one piece from there on. */
static char *locate(const struct iovec *buffers, size_t count, size_t offset, size_t *run)
{
    for (size_t i = 0; i < count; i++) {
        if (offset < buffers[i].iov_len) {
            *run = buffers[i].iov_len - offset;
            return (char *)buffers[i].iov_base + offset;
        }
        offset -= buffers[i].iov_len;
    }
    *run = 0;
    return NULL;
}

size_t scatter_length(const struct iovec *buffers, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(length, buffers[i].iov_len, &length))
            return SIZE_MAX;
    }
    return length;
}

void scatter_read(const struct iovec *buffers, size_t count, size_t offset, void *to, size_t length)
{
    char *target = to;
    while (length > 0) {
        size_t run;
        const char *source = locate(buffers, count, offset, &run);
        size_t step = smaller(run, length);
        if (step == 0)
            return;
        memcpy(target, source, step);
        target += step;
        offset += step;
        length -= step;
    }
}

static void move_down(const struct iovec *buffers, size_t count, size_t to, size_t from, size_t length)
{
    while (length > 0) {
        size_t source_run, target_run;
        const char *source = locate(buffers, count, from, &source_run);
        char *target = locate(buffers, count, to, &target_run);
        size_t step = smaller(smaller(source_run, target_run), length);
        if (step == 0)
            return;
        memmove(target, source, step);
        to += step;
        from += step;
        length -= step;
    }
}

/* From the end, a byte at a time: only a daemon that sends datagrams without a source makes this necessary. */
static void move_up(const struct iovec *buffers, size_t count, size_t to, size_t from, size_t length)
{
    while (length-- > 0) {
        size_t run;
        const char *source = locate(buffers, count, from + length, &run);
        char *target = locate(buffers, count, to + length, &run);
        if (source != NULL && target != NULL)
            *target = *source;
    }
}

void scatter_move(const struct iovec *buffers, size_t count, size_t to, size_t from, size_t length)
{
    if (to < from)
        move_down(buffers, count, to, from, length);
    else if (to > from)
        move_up(buffers, count, to, from, length);
}
