/* setsockopt() and getsockopt(). */
#include "descriptors.h"
#include "real.h"
#include "requests.h"
#include "system.h"
#include <linux/filter.h>
#include <netinet/in.h>

enum { MAXIMUM_OPTION = 32768 };

/* Options that the kernel honours on the descriptor itself. */
static bool is_kernels(descriptor_t socket, int level, int name)
{
    if (level != SOL_SOCKET)
        return false;
    switch (name) {
    case SO_RCVTIMEO:
    case SO_SNDTIMEO:
#ifdef SO_RCVTIMEO_NEW
    case SO_RCVTIMEO_NEW:
    case SO_SNDTIMEO_NEW:
#endif
        return true;
    case SO_OOBINLINE:
        return true;
    case SO_RCVLOWAT:
        return socket.kind == DESCRIPTOR_STREAM;
    default:
        return false;
    }
}

static int set_option(int fd, int level, int name, const void *value, socklen_t length)
{
    if ((int)length < 0 || length > MAXIMUM_OPTION)
        return EINVAL;
    int32_t which[] = { level, name };
    struct request about = {
        .operation = WIRE_SETSOCKOPT,
        .payload = { { which, sizeof which }, { (void *)(uintptr_t)value, length } },
        .payload_count = 2,
    };
    if (level == SOL_SOCKET && name == SO_ATTACH_FILTER) {
        /* The structure points to the instructions; it's they that cross. */
        const struct sock_fprog *program = value;
        if (value == NULL || length != sizeof *program || program->len > BPF_MAXINSNS)
            return EINVAL;
        about.payload[1] = (struct iovec){ program->filter, program->len * sizeof *program->filter };
    }
    return request_about(fd, &about);
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind != DESCRIPTOR_FOREIGN && !is_kernels(socket, level, name)) {
        int error = set_option(fd, level, name, value, length);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(setsockopt)(fd, level, name, value, length);
}

/* SO_TYPE and its like are in the descriptor's name, and a stream without an end has no error. Whether it was answered. */
static bool answer_at_once(int fd, descriptor_t socket, int name, int *answer)
{
    struct identity identity;
    switch (name) {
    case SO_TYPE:
    case SO_DOMAIN:
    case SO_PROTOCOL:
        if (!identify(fd, &identity))
            return false;
        *answer = name == SO_TYPE ? identity.type : name == SO_PROTOCOL ? identity.protocol : wire_linux_family(identity.family);
        return true;
    case SO_ERROR: {
        if (socket.kind != DESCRIPTOR_STREAM || !descriptor_is_still(fd, socket))
            return false;
        /* An error shuts at least one direction before anything else shows it, so a stream with neither shut has none. */
        short ready = system_poll_now(fd, POLLOUT | POLLRDHUP);
        if ((ready & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
            return false;
        if (socket.state == STREAM_CONNECTING && (ready & POLLOUT) != 0)
            descriptor_set_state(fd, socket, STREAM_ESTABLISHED);
        *answer = 0;
        return true;
    }
    default:
        return false;
    }
}

static int get_option(int fd, descriptor_t socket, int level, int name, void *value, socklen_t *length)
{
    if (length == NULL)
        return EFAULT;
    if ((int)*length < 0)
        return EINVAL;
    int answer;
    if (level == SOL_SOCKET && answer_at_once(fd, socket, name, &answer)) {
        *length = (socklen_t)smaller(*length, sizeof answer);
        memcpy(value, &answer, *length);
        return 0;
    }
    int32_t which[] = { level, name };
    uint32_t size = (uint32_t)smaller(*length, MAXIMUM_OPTION);
    struct request about = {
        .operation = WIRE_GETSOCKOPT,
        .payload = { { which, sizeof which }, { &size, sizeof size } },
        .payload_count = 2,
        .reply = value,
        .reply_size = size,
    };
    int error = request_about(fd, &about);
    if (level == SOL_SOCKET && name == SO_ERROR && error == ENETDOWN) {
        answer = socket.kind == DESCRIPTOR_STREAM ? ECONNRESET : ENETDOWN;
        *length = (socklen_t)smaller(*length, sizeof answer);
        memcpy(value, &answer, *length);
        return 0;
    }
    if (error == 0)
        *length = (socklen_t)smaller(size, about.reply_length);
    return error;
}

EXPORT int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict length)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind != DESCRIPTOR_FOREIGN && !is_kernels(socket, level, name)) {
        int error = get_option(fd, socket, level, name, value, length);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(getsockopt)(fd, level, name, value, length);
}
